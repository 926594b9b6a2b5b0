using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost.Tests;

/// <summary>The AppHost as a person starts it: a process of its own, with ports and a data folder of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    internal static readonly string Root = Metadata("RepositoryRoot");

    private readonly ConcurrentQueue<string> output = new();
    private readonly Process process;
    private int appHost;

    /// <param name="byDotnetRun">By <c>dotnet run</c>, in a process group of its own as a terminal makes it.</param>
    internal AppHostProcess(string data, bool byDotnetRun = false, params (string Name, string Value)[] environment)
    {
        Data = data;
        var project = Path.Combine(Root, "TradeFlow.AppHost");
        var start = byDotnetRun
            ? new ProcessStartInfo("setsid", ["dotnet", "run", "--no-build", "-c", Metadata("Configuration"), "--project", project])
            : new ProcessStartInfo("dotnet", [Path.Combine(project, "bin", Metadata("Configuration"), "net10.0", "TradeFlow.AppHost.dll")]);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, project);
        start.Environment["TRADEFLOW_DATA"] = data;
        start.Environment["TRADEFLOW_PORT"] = Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["Simulators__TradeLocker__Port"] = "0";
        start.Environment["Simulators__ProjectX__Port"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => { if (line.Data is { } text) output.Enqueue(text); };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) output.Enqueue(text); };
        process.Start();
        appHost = process.Id;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal string Data { get; }

    internal int Port { get; } = LocalPorts.AnyFree();

    internal int Id => process.Id;

    internal bool HasEnded => process.HasExited;

    internal string Output => string.Join('\n', output);

    internal Task Healthy() => Says("Time to healthy");

    internal async Task Says(string text)
    {
        await Eventually.True(() => Output.Contains(text, StringComparison.Ordinal) || process.HasExited, Patience,
            () => $"It never said '{text}':\n{Output}");
        Output.ShouldContain(text);
    }

    internal void Signal(int signal) => Signals.Send(process.Id, signal);

    /// <summary>Ctrl+C in a terminal: to all that stand in its foreground.</summary>
    internal void Interrupt() => Signals.Send(-process.Id, Signals.Int);

    internal async Task<int> ExitCode()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>
    /// Everything that runs and was started by this AppHost: below Aspire's control plane, or at work in the data folder.
    /// </summary>
    internal IReadOnlyList<(int Id, string Command)> Family()
    {
        var all = Processes().ToList();
        var roots = all.Where(one => one.Command.Contains($"--monitor {AppHostId(all)} ", StringComparison.Ordinal))
            .Select(one => one.Id).ToHashSet();
        bool added;
        do
        {
            added = false;
            foreach (var one in all.Where(one => roots.Contains(one.Parent))) added |= roots.Add(one.Id);
        }
        while (added);
        return [.. all.Where(one => roots.Contains(one.Id) || one.Command.Contains(Data, StringComparison.Ordinal)
            || one.Folder.StartsWith(Data, StringComparison.Ordinal)).Select(one => (one.Id, one.Command))];
    }

    /// <summary>The process of one part, by a word of its command line; not the one that watches over it.</summary>
    internal (int Id, string Command)? Part(string word) =>
        Family().Where(one => one.Command.Contains(word, StringComparison.Ordinal)
            && !one.Command.Contains("/dcp ", StringComparison.Ordinal)).Cast<(int, string)?>().FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Signal(Signals.Term);
            await ExitCode();
        }

        await Eventually.True(() => Family().Count == 0, Patience, () => "Still running: " + string.Join(", ", Family()));
        process.Dispose();
    }

    // dotnet run starts the AppHost as its child; what was its control plane is known by it afterwards too.
    private int AppHostId(List<(int Id, int Parent, string Command, string Folder)> all) =>
        appHost = all.Where(one => one.Parent == Id && one.Command.Contains("TradeFlow.AppHost", StringComparison.Ordinal))
            .Select(one => one.Id).FirstOrDefault(appHost);

    private static IEnumerable<(int Id, int Parent, string Command, string Folder)> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            (int, int, string, string) one;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[0] == "Z") continue;
                var at = File.ResolveLinkTarget(Path.Combine(folder, "cwd"), returnFinalTarget: false)?.FullName ?? "";
                one = (id, int.Parse(fields[1], CultureInfo.InvariantCulture), File.ReadAllText(Path.Combine(folder, "cmdline"))
                    .Replace('\0', ' '), at);
            }
            catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            yield return one;
        }
    }

    private static string Metadata(string key) =>
        typeof(AppHostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}
