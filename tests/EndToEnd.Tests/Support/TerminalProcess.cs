using System.Diagnostics;
using System.Reflection;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>A fake terminal as a process of its own.</summary>
internal sealed class TerminalProcess : IDisposable
{
    private readonly Process process;

    public TerminalProcess(RunningSystem system, Trader trader, string login)
    {
        // written by the project file
        var configuration = typeof(RunningSystem).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "Configuration").Value!;
        var dll = Path.Combine(RunningSystem.RepositoryRoot, "tests", "FakeExpertAdvisor", "bin", configuration, "net10.0",
            "TradeFlow.FakeExpertAdvisor.dll");
        var start = new ProcessStartInfo("dotnet", [dll, system.Address.ToString(), trader.AgentKey, login, "Demo-1", "MT5", "400"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true
        };
        process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
