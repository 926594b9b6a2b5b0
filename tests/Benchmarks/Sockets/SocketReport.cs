using System.Globalization;
using System.Text.Json;
using TradeFlow.Benchmarks.Reporting;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Sockets;

/// <summary>What the sockets were told, how late, and what it took.</summary>
/// <param name="Told">Frames a second over all sockets.</param>
/// <param name="Due">Ticks a second, times the sockets that each is for: what came of one position within a beat is told once.</param>
/// <param name="Cores">Of each process; that of the readers is this one.</param>
/// <param name="KilobytesASocket">What the memory of the Api grew by for each socket beyond the first of each tenant.</param>
/// <param name="IsComplete">Every socket was told the last tick of every position.</param>
internal sealed record SocketReport(
    SocketOptions Options, double Told, double Due, int P50, int P90, int P99, int Max, IReadOnlyDictionary<string, double> Cores,
    double ForeignCores, double KilobytesASocket, bool IsComplete)
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true };

    public async Task WriteAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "sockets.md"), Markdown());
        await File.WriteAllTextAsync(Path.Combine(folder, "sockets.json"),
            JsonSerializer.Serialize(new { at = DateTimeOffset.UtcNow, machine = Machine.Words, report = this }, Written));
        await File.WriteAllTextAsync(Path.Combine(folder, "sockets.svg"),
            Chart.Draw("Tick to frame, ms", [("p50", P50), ("p90", P90), ("p99", P99), ("longest", Max)]));
    }

    public string Markdown() => string.Create(CultureInfo.InvariantCulture, $"""
        {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC; {Machine.Words}; {Options.Seconds} s.

        | sockets | tenants | positions each | ticks a second each | frames/s | of ticks | p50 ms | p90 ms | p99 ms | longest ms | kB a socket | cores | others' cores |
        | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- | --: |
        | {Options.Sockets} | {Options.Tenants} | {Options.Positions} | {Options.Rate:0.##} | {Told:0} | {Told / Due:0.00} | {P50} | {P90} | {P99} | {Max} | {KilobytesASocket:0.0} | {string.Join(", ", Cores.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:0.00}")))} | {ForeignCores:0.0} |

        {(IsComplete ? "Every socket was told the last tick of every position." : "NOT COMPLETE: a socket was not told the last tick of a position.")}

        """);
}
