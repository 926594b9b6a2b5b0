using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.Benchmarks.Running;

/// <summary>A process that this one has started, and what it costs.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly double TicksPerSecond = 100;
    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();
    private double lastCpu;

    private Child(string name, Process process) => (Name, this.process) = (name, process);

    public string Name { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>What it has said last.</summary>
    public IReadOnlyList<string> Said => [.. said];

    public static Child Start(
        string name, string program, IEnumerable<string> words, string folder, IReadOnlyDictionary<string, string> more)
    {
        var start = new ProcessStartInfo(program,
            words) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in more) start.Environment[key] = value;
        var child = new Child(name, Process.Start(start) ?? throw new InvalidOperationException($"{program} cannot be started."));
        child.process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>This program again, as another part of it.</summary>
    public static Child Self(string name, params string[] words) => Start(
        name, "dotnet", [typeof(Child).Assembly.Location, .. words], AppContext.BaseDirectory, new Dictionary<string, string>());

    public async Task UntilAsync(Func<Task<bool>> ready, TimeSpan patience)
    {
        var since = Stopwatch.StartNew();
        while (!await ready())
        {
            if (process.HasExited || since.Elapsed > patience)
                throw new InvalidOperationException(
                    $"{Name} does not start. It said last: {string.Join(Environment.NewLine, said.TakeLast(20))}");
            await Task.Delay(50);
        }
    }

    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? 0
            : throw new InvalidOperationException(
                $"{Name} ended with {process.ExitCode}: {string.Join(Environment.NewLine, said.TakeLast(20))}");
    }

    /// <summary>
    /// Seconds of CPU that it and all below it have used so far: a plugin runs two processes below its Worker. After its end, what was read
    /// last.
    /// </summary>
    public double Cpu => lastCpu = process.HasExited ? lastCpu : Math.Max(lastCpu, Below(process.Id).Append(process.Id).Sum(CpuOf));

    public double MegaBytes => process.HasExited ? 0 : ResidentOf(process.Id) / 1e6;

    /// <summary>One of <see cref="Signals"/>.</summary>
    public void Signal(int signal) => Signals.Send(process.Id, signal);

    public async Task<bool> ExitsAsync(TimeSpan within)
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(within);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static List<int> Below(int process)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out var id) && Fields(id) is { } fields)
                parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
        List<int> found = [process];
        for (var at = 0; at < found.Count; at++) found.AddRange(parents.Where(one => one.Value == found[at]).Select(one => one.Key));
        return found[1..];
    }

    // What has ended is counted by its parent (fields 16 and 17 of proc(5), from the state on).
    private static double CpuOf(int id) => Fields(id) is { } fields
        ? new[] { 11, 12, 13, 14 }.Sum(at => double.Parse(fields[at], CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0;

    private static string[]? Fields(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double ResidentOf(int id) =>
        double.Parse(File.ReadAllLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..]
            .Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;

    private void Keep(string? line)
    {
        if (line is null) return;
        said.Enqueue(line);
        while (said.Count > 200) said.TryDequeue(out _);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var term = Process.Start("kill", ["-s", "TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            try
            {
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(25));
            }
            catch (TimeoutException)
            {
                process.Kill();
            }
        }
        process.Dispose();
    }
}
