using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TradeFlow.AppHost.Tests;

/// <summary>A scenario in a process of its own, with a data folder of its own.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    internal const int Term = 15;
    internal const int Kill = 9;
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> output = new();
    private readonly Process process;

    internal AppHostProcess(string scenario, string data, params (string Name, string Value)[] environment)
    {
        Data = data;
        var start = new ProcessStartInfo("dotnet", [typeof(AppHostProcess).Assembly.Location, scenario]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TRADEFLOW_DATA"] = data;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => { if (line.Data is { } text) output.Enqueue(text); };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) output.Enqueue(text); };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal string Data { get; }

    internal string Output => string.Join('\n', output);

    internal Task Healthy() => Says("Time to healthy");

    internal Task Says(string text) => Eventually.True(() => Output.Contains(text, StringComparison.Ordinal), Patience, () => $"It never said '{text}':\n{Output}");

    internal void Signal(int signal) => Send(process.Id, signal);

    internal static void Send(int id, int signal) => _ = SendSignal(id, signal);

    internal async Task<int> ExitCode()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>The process that a row of the printed table names.</summary>
    internal int ProcessOf(string resource) => int.Parse(
        output.First(line => line.TrimStart().StartsWith(resource + " ", StringComparison.Ordinal) && line.Contains(" healthy ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1],
        CultureInfo.InvariantCulture);

    internal string AddressOf(string resource) =>
        output.First(line => line.TrimStart().StartsWith(resource + " ", StringComparison.Ordinal) && line.Contains(" healthy ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];

    /// <summary>Everything that still runs and was started by this AppHost, by the mark that its environment carries.</summary>
    internal IReadOnlyList<string> Family() => [.. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out var id) && id != process.Id).Select(Describe).OfType<string>()];

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Signal(Term);
            await ExitCode();
        }

        await Eventually.True(() => Family().Count == 0, Patience, () => "Still running: " + string.Join(", ", Family()));
        process.Dispose();
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    private string? Describe(string folder)
    {
        try
        {
            // PostgreSQL writes its title over its environment, but works in its data folder.
            var ours = File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').Contains($"TRADEFLOW_DATA={Data}")
                || File.ResolveLinkTarget(Path.Combine(folder, "cwd"), returnFinalTarget: false)?.FullName.StartsWith(Data, StringComparison.Ordinal) is true;
            return ours ? $"{Path.GetFileName(folder)} {File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ')}" : null;
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int target, int signal);
}
