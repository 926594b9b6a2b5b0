using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>
/// Starts the processes of plugins, as far apart from the Worker as the machine allows. What it allows is tried once, with the program
/// itself.
/// </summary>
internal sealed partial class ProcessStarter(IOptions<PluginOptions> options, PluginShelf shelf, TimeProvider clock,
    ILogger<ProcessStarter> log)
{
    private const string Program = "TradeFlow.PluginRunner.dll";
    private static readonly TimeSpan ProbeAtMost = TimeSpan.FromSeconds(20);

    // A process ends with the thread that has started it, so that is one which lives as long as the Worker does.
    private static readonly Lazy<BlockingCollection<Action>> Starts = new(() =>
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable()) start();
        }) { IsBackground = true, Name = "starts plugins" }.UnsafeStart();
        return starts;
    });

    // .../dotnet/shared/Microsoft.NETCore.App/10.0.1
    private static readonly string Runtime = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..",
        "..", "..")); // a file lies in a folder

    private readonly Lock gate = new();
    private Task<ConfinementLevel>? level;

    /// <summary>How far processes are kept apart here.</summary>
    public Task<ConfinementLevel> LevelAsync()
    {
        lock (gate) return level ??= FindAsync();
    }

    /// <exception cref="Win32Exception">A program that it needs is not there.</exception>
    public Task<Process> StartAsync(ConfinementLevel confinement, ProcessFolders folders, params string[] arguments)
    {
        folders.Make();
        string[] program = [Path.Combine(Runtime, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), "exec",
            Path.Combine(AppContext.BaseDirectory, Program), .. arguments];
        var memory = options.Value.ProcessMemoryMb;
        var all = Confinement.Around(confinement, program, folders, memory);
        var start = new ProcessStartInfo(all[0], all.Skip(1))
        {
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory), UseShellExecute = false, RedirectStandardInput = true,
                RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Scrub(start.Environment, confinement == ConfinementLevel.Sealed ? "/tmp" : folders.Temporary, memory);
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Value.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new Win32Exception());
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    public static ProcessFolders Folders(string copy) =>
        new(copy, [Runtime, AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar), copy]);

    // All that it needs, by name: whatever the Worker was handed is left out without being known.
    private static void Scrub(IDictionary<string, string?> environment, string temporary, int memory)
    {
        var kept = environment.Where(variable => variable.Key is "PATH" or "LANG" or "TZ" or "SystemRoot" or "windir").ToList();
        environment.Clear();
        foreach (var (name, value) in kept) environment[name] = value;
        environment["HOME"] = environment["TMPDIR"] = environment["TMP"] = environment["TEMP"] = temporary;
        // Half for what it makes with new; the rest is the runtime's own, its code and its threads.
        environment["DOTNET_GCHeapHardLimit"] = ((long)memory << 19).ToString("x", CultureInfo.InvariantCulture);
        // No port for debuggers and profilers, which would lie in a folder that others share.
        environment["DOTNET_EnableDiagnostics"] = "0";
    }

    private async Task<ConfinementLevel> FindAsync()
    {
        List<string> why = [];
        ConfinementLevel[] tried = !OperatingSystem.IsLinux() ? []
            : Environment.IsPrivilegedProcess ? [ConfinementLevel.Sealed, ConfinementLevel.OwnUser] : [ConfinementLevel.Sealed];
        foreach (var one in tried)
        {
            if (await ProblemAsync(one, CancellationToken.None) is not { } problem)
            {
                LogLevelFound(one, string.Join(" ", why));
                return one;
            }
            why.Add($"{one}: {problem}");
        }
        LogSeparateOnly(string.Join(" ", why));
        return ConfinementLevel.Separate;
    }

    /// <returns>Why the program does not run so, or <c>null</c>.</returns>
    internal async Task<string?> ProblemAsync(ConfinementLevel one, CancellationToken ct)
    {
        var copy = shelf.Make("probe", new string('0', 64));
        var folders = Folders(copy);
        try
        {
            using var process = await StartAsync(one, folders, "probe");
            process.StandardInput.Close();
            var (said, cried) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            try
            {
                await process.WaitForExitAsync(ct).WaitAsync(ProbeAtMost, clock, ct);
            }
            catch (TimeoutException)
            {
                process.Kill();
                return "it did not end.";
            }
            return (await said).Trim() == PluginProgram.ProbeAnswer ? null : $"{Kernel.ForeignText.Clean(await cried, 300)}.";
        }
        catch (Win32Exception e)
        {
            return $"{e.Message}.";
        }
        finally
        {
            folders.Remove();
            shelf.Remove(copy);
        }
    }

    [LoggerMessage(3021, LogLevel.Information, "Plugins in processes of their own are kept apart as {Level}. {Why}")]
    private partial void LogLevelFound(ConfinementLevel level, string why);

    [LoggerMessage(3022, LogLevel.Warning,
        "Plugins in processes of their own have the Worker's user, network and files here; "
        + "only their memory and environment are their own. {Why}")]
    private partial void LogSeparateOnly(string why);
}
