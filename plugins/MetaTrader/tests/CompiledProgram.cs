using System.Collections.Concurrent;
using System.Diagnostics;

namespace TradeFlow.Plugins.MetaTrader.Tests;

/// <summary>
/// An Expert Advisor that was compiled against the terminal in <c>ea/check</c>, on a chart of a terminal with its own folder.
/// </summary>
internal sealed class CompiledProgram(
    Desk desk, string program, string account = "hedging", string key = CompiledProgram.AgentKey) : IDisposable
{
    private const string AgentKey = "mtx-agent_0123abcd_kkkkkkkkkkkkkkkkkkkkkkkk";
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Built = new(StringComparer.Ordinal);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tradeflow-terminal-");
    private Process? process;

    /// <summary>What the broker has executed, a line each.</summary>
    public IReadOnlyList<string> Executed => File.Exists(ExecutedPath) ? File.ReadAllLines(ExecutedPath) : [];
    private string ExecutedPath => Path.Combine(folder.FullName, "executed.txt");

    public async Task StartAsync()
    {
        var path = await Built.GetOrAdd(program, name => new Lazy<Task<string>>(() => BuildAsync(name))).Value;
        var start = new ProcessStartInfo(path, [desk.Address + "/ ", key, folder.FullName, "5001", "Demo-1", account])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true
        };
        process = Process.Start(start) ?? throw new InvalidOperationException($"{path} could not be started.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Orders a fault; see main.cpp.</summary>
    public Task TellAsync(string line) => Running.StandardInput.WriteLineAsync(line);

    public Task EndAsync() => Running.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(15));

    public void Dispose()
    {
        if (process is { HasExited: false }) process.Kill();
        process?.WaitForExit();
        process?.Dispose();
        folder.Delete(recursive: true);
    }

    private Process Running => process ?? throw new InvalidOperationException("The terminal was not started.");

    private static async Task<string> BuildAsync(string program)
    {
        var ea = Path.Combine(Root(), "plugins", "MetaTrader", "ea");
        var output = Path.Combine(AppContext.BaseDirectory, program + ".terminal");
        var start = new ProcessStartInfo("sh",
            [Path.Combine(ea, "check", "build.sh"), Path.Combine(ea, program), output]) { RedirectStandardError = true };
        using var build = Process.Start(start) ?? throw new InvalidOperationException("sh could not be started.");
        var said = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        build.ExitCode.ShouldBe(0, said);
        return output;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TradeFlow.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The repository is not around the tests.");
    }
}
