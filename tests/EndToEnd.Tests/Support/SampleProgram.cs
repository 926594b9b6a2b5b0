using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Xunit.Sdk;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>A program of <c>samples/</c>, run as its reader would run it.</summary>
internal sealed class SampleProgram : IDisposable
{
    private readonly ConcurrentQueue<string> said = new();
    private readonly Process process;

    private SampleProgram(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        process = Process.Start(start) ?? throw new XunitException($"{program} does not start.");
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static SampleProgram CSharp(RunningSystem system, string clientId, int port)
    {
        var configuration = typeof(SampleProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "Configuration").Value!;
        var folder = Path.Combine(RunningSystem.RepositoryRoot, "samples", "oauth-csharp");
        var built = Path.Combine(folder, "bin", configuration, "net10.0", "TradeFlow.Samples.OAuth.dll");
        return new SampleProgram("dotnet", folder, built, system.Address.ToString(), clientId, $"{port}");
    }

    public static async Task<SampleProgram> JavaScriptAsync(RunningSystem system, string clientId, int port)
    {
        var folder = Path.Combine(RunningSystem.RepositoryRoot, "samples", "oauth-javascript");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "openid-client")))
        {
            using var install = new SampleProgram("npm", folder, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            await install.process.WaitForExitAsync();
            install.process.ExitCode.ShouldBe(0, string.Join('\n', install.said));
        }
        return new SampleProgram("node", folder, "positions.mjs", system.Address.ToString(), clientId, $"{port}");
    }

    /// <summary>The rest of the line that begins so, once it was said; each is heard once.</summary>
    public async Task<string> HearAsync(string beginning)
    {
        var rest = "";
        List<string> others = [];
        await Eventually.True(() =>
        {
            while (said.TryDequeue(out var line))
                if (line.StartsWith(beginning, StringComparison.Ordinal))
                {
                    rest = line[beginning.Length..].Trim();
                    return true;
                }
                else others.Add(line);
            return process.HasExited && said.IsEmpty
                ? throw new XunitException($"It has ended without saying '{beginning}':\n{string.Join('\n', others)}") : false;
        }, TimeSpan.FromSeconds(30), $"the program says '{beginning}'");
        return rest;
    }

    public void PressEnter() => process.StandardInput.WriteLine();

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
