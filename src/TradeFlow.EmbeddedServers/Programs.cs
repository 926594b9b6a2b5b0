using System.Collections.Concurrent;
using System.Diagnostics;

namespace TradeFlow.EmbeddedServers;

/// <summary>Programs of the machine: where they are, and running a short one to its end.</summary>
public static class Programs
{
    private static readonly Lazy<bool> UserNamespaces = new(
        () => Tool("unshare") is { } path && Succeeds(path, "--user", "--map-user=1000", "--map-group=1000", "true"));

    public static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The full path of a program on PATH.</summary>
    public static string? Tool(string name)
    {
        IEnumerable<string> names = OperatingSystem.IsWindows() ? [name + ".exe", name + ".cmd", name] : [name];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => names.Select(file => Path.Combine(folder, file))).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// PostgreSQL refuses to be root: what stands before it, so that it is somebody else. Each of these becomes the next and keeps the
    /// process.
    /// </summary>
    internal static IReadOnlyList<string> NotAsRoot =>
        !OperatingSystem.IsLinux() || !IsRoot ? []
        : UserNamespaces.Value ? [Tool("unshare")!, "--user", "--map-user=1000", "--map-group=1000"]
        : [Tool("setpriv") ?? "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"];

    /// <summary>Where the kernel allows no user namespaces, PostgreSQL runs as the user postgres, who needs the files.</summary>
    internal static async Task GiveToPostgresAsync(IReadOnlyList<string> paths, CancellationToken ct)
    {
        if (OperatingSystem.IsLinux() && IsRoot && !UserNamespaces.Value)
            await RunAsync(Tool("chown") ?? "chown", ["-R", "postgres:postgres", .. paths], "/", ct);
    }

    /// <summary>Runs a program to its end, with the common variables and those that are named.</summary>
    /// <exception cref="StartException">It cannot be started, or ended with another code than 0; the message has its last
    /// words.</exception>
    internal static async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, string folder, CancellationToken ct,
        IReadOnlyDictionary<string, string>? more = null)
    {
        var said = new ConcurrentQueue<string>();
        using var process = new Process { StartInfo = Start(program, arguments, folder, more ?? new Dictionary<string, string>()) };
        process.OutputDataReceived += (_, line) => { if (line.Data is { } text) said.Enqueue(text); };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) said.Enqueue(text); };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new StartException($"{program} cannot be started ({fault.Message.TrimEnd('.')}).", fault);
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0
            ? string.Join('\n', said)
            : throw new StartException(
                $"{Path.GetFileName(program)} ended with code {process.ExitCode}: {string.Join(" / ", said.TakeLast(3))}");
    }

    internal static ProcessStartInfo Start(
        string program, IReadOnlyList<string> arguments, string folder, IReadOnlyDictionary<string, string> more)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => !CommonVariables.Has(name)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in more) start.Environment[name] = value;
        return start;
    }

    private static bool Succeeds(string file, params string[] args)
    {
        using var process = Process.Start(Start(file, args, "/", new Dictionary<string, string>()));
        return process is not null && process.WaitForExit(TimeSpan.FromSeconds(5)) && process.ExitCode == 0;
    }
}
