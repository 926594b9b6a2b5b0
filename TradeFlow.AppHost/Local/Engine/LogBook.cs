using System.Collections.Concurrent;
using System.Text;

namespace Aspire.Hosting.Local;

/// <summary>What the children and the engine say: interleaved on the console with a name before each line, and in one file per resource.</summary>
internal sealed class LogBook(DataFolder data, TimeProvider clock) : IDisposable
{
    private readonly DataFolder data = data;
    private readonly TimeProvider clock = clock;
    private const string Engine = "apphost";
    private static readonly int[] Colours = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94];

    private readonly ConcurrentDictionary<string, ResourceLog> logs = [];
    private readonly Lock console = new();
    private readonly bool colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    private int width = Engine.Length;

    /// <summary>Off in tests: there the files are enough.</summary>
    internal bool ToConsole { get; set; }

    internal ResourceLog For(string name)
    {
        return logs.GetOrAdd(name, _ =>
        {
            lock (console)
            {
                width = Math.Max(width, name.Length);
                return new ResourceLog(this, name, Colours[logs.Count % Colours.Length]);
            }
        });
    }

    /// <summary>A line of the engine itself.</summary>
    internal void Say(string line) => For(Engine).Write(line);

    /// <summary>Text without a name before it: the table, the next step, a fault.</summary>
    internal void Plain(string text)
    {
        if (!ToConsole) return;
        lock (console) Console.Out.WriteLine(text);
    }

    public void Dispose()
    {
        foreach (var log in logs.Values) log.Dispose();
    }

    internal sealed class ResourceLog(LogBook book, string name, int colour) : IDisposable
    {
        private readonly Lock gate = new();
        private readonly Queue<string> last = [];
        private StreamWriter? file;

        internal string Path => System.IO.Path.Combine(book.data.Logs, name + ".log");

        internal IReadOnlyList<string> Last
        {
            get { lock (gate) return [.. last]; }
        }

        internal void Write(string line) => Write(line, quietly: false);

        internal void Write(string line, bool quietly)
        {
            lock (gate)
            {
                last.Enqueue(line);
                if (last.Count > 30) last.Dequeue();
                file ??= Open();
                file?.WriteLine($"{book.clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {line}");
            }

            if (!book.ToConsole || quietly) return;
            lock (book.console)
            {
                var label = name.PadRight(book.width);
                Console.Out.WriteLine(book.colour ? $"\e[{colour}m{label}\e[0m │ {line}" : $"{label} | {line}");
            }
        }

        public void Dispose()
        {
            lock (gate)
            {
                file?.Dispose();
                file = null;
            }
        }

        // The log of the run before stays beside it: the first question after a crash is what it said.
        private StreamWriter? Open()
        {
            try
            {
                if (File.Exists(Path)) File.Move(Path, System.IO.Path.ChangeExtension(Path, ".previous.log"), overwrite: true);
                return new StreamWriter(new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(false)) { AutoFlush = true };
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DistributedApplicationException)
            {
                return null; // A log that cannot be written must not end what it is about.
            }
        }
    }
}
