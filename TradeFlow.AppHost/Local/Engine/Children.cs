using System.Collections.Concurrent;
using System.Diagnostics;

namespace Aspire.Hosting.Local;

/// <summary>
/// Starts every child from one thread that never ends: Linux sends the death signal when the parent <em>thread</em> ends, and a pool thread may
/// end at any time. Verified: PostgreSQL started from a short-lived thread died at once.
/// </summary>
internal static class Children
{
    private static readonly BlockingCollection<Action> Requests = [];
    private static readonly Lazy<IReadOnlyList<string>> Session = new(() => OperatingSystem.IsLinux() && Tool("setsid") is { } path ? [path] : []);
    private static readonly Lazy<bool> UserNamespaces = new(() => Tool("unshare") is { } path && Succeeds(path, "--user", "--map-user=1000", "--map-group=1000", "true"));

    static Children()
    {
        var starter = new Thread(() =>
        {
            foreach (var request in Requests.GetConsumingEnumerable()) request();
        }) { IsBackground = true, Name = "Start of children" };
        starter.Start();
    }

    internal static Task<ChildProcess> StartAsync(ProcessSpec spec, Action<string> output)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() =>
        {
            try
            {
                started.SetResult(new ChildProcess(spec, Wrapper(spec), output));
            }
            catch (Exception fault)
            {
                started.SetException(fault is System.ComponentModel.Win32Exception
                    ? new DistributedApplicationException($"{spec.FileName} cannot be started ({fault.Message.TrimEnd('.')}).", fault)
                    : fault);
            }
        });
        return started.Task;
    }

    /// <summary>Runs a short program to its end.</summary>
    /// <exception cref="DistributedApplicationException">It ended with another code than 0; the message has its last words.</exception>
    internal static async Task<string> RunAsync(ProcessSpec spec, Action<string> output, CancellationToken ct)
    {
        var said = new ConcurrentQueue<string>();
        using var child = await StartAsync(spec, line => { said.Enqueue(line); output(line); });
        try
        {
            var code = await child.Exited.WaitAsync(ct);
            // The last lines may still be on their way through the pipe when the end is known.
            await Task.Delay(20, ct);
            return code == 0
                ? string.Join('\n', said)
                : throw new DistributedApplicationException($"{Path.GetFileName(spec.FileName)} ended with code {code}: {string.Join(" / ", said.TakeLast(3))}");
        }
        finally
        {
            await child.StopAsync(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>The full path of a program on PATH.</summary>
    internal static string? Tool(string name)
    {
        IEnumerable<string> names = OperatingSystem.IsWindows() ? [name + ".exe", name + ".cmd", name] : [name];
        // A service or a bare shell may lack the folders of the system's own tools.
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => names.Select(file => Path.Combine(folder, file))).FirstOrDefault(File.Exists);
    }

    internal static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Where the kernel allows no user namespaces, PostgreSQL runs as the user postgres, who needs the files.</summary>
    internal static async Task GiveToPostgresAsync(IReadOnlyList<string> paths, CancellationToken ct)
    {
        if (OperatingSystem.IsLinux() && IsRoot && !UserNamespaces.Value)
            await RunAsync(new ProcessSpec(Tool("chown") ?? "chown", ["-R", "postgres:postgres", .. paths], "/"), _ => { }, ct);
    }

    private static List<string> Wrapper(ProcessSpec spec)
    {
        List<string> wrapper = [.. Session.Value];
        if (!OperatingSystem.IsLinux() || Tool("setpriv") is not { } setpriv) return wrapper;

        var deathSignal = new[] { "--pdeathsig", spec.StopSignal == Signals.Int ? "INT" : "TERM" };
        if (!spec.NeverAsRoot || !IsRoot) return [.. wrapper, setpriv, .. deathSignal, "--"];

        if (UserNamespaces.Value) return [.. wrapper, Tool("unshare")!, "--user", "--map-user=1000", "--map-group=1000", setpriv, .. deathSignal, "--"];
        return [.. wrapper, setpriv, "--reuid=postgres", "--regid=postgres", "--clear-groups", .. deathSignal, "--"];
    }

    private static bool Succeeds(string file, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(file, args) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true });
        return process is not null && process.WaitForExit(TimeSpan.FromSeconds(5)) && process.ExitCode == 0;
    }
}
