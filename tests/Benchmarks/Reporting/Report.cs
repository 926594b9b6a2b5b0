using System.Globalization;
using System.Text;
using System.Text.Json;
using TradeFlow.Benchmarks.Load;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Reporting;

/// <summary>The numbers of a run, each beside the yardstick of the same round.</summary>
internal sealed class Report(LoadOptions options, IReadOnlyList<Cell> cells, IReadOnlyList<AtRest> rests, IReadOnlyList<Ledger> ledgers)
{
    private static readonly JsonSerializerOptions Written =
        new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task WriteAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "load.md"), Markdown());
        await File.WriteAllTextAsync(Path.Combine(folder, "load.json"),
            JsonSerializer.Serialize(new { at = DateTimeOffset.UtcNow, machine = Machine.Words, options, cells, rests, ledgers }, Written));
        await File.WriteAllTextAsync(Path.Combine(folder, "load.svg"),
            Chart.Draw("Signals a second", [.. Groups().Select(group => (Name(group), Median(group, cell => cell.Result.PerSecond)))]));
    }

    public string Markdown()
    {
        var text = new StringBuilder();
        Line($"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC; {Machine.Words}; {options.Accounts} accounts of {options.Tenants} tenants, {options.History} older orders each; "
            + $"{options.Rounds} round(s) of {options.Seconds} s, medians.");
        Line("");
        Line("| system | loop | signals/s | to R | p50 ms | to R | p99 ms | to R | bad | 202 | commits | row writes | WAL kB | CPU ms | to R | others' cores |");
        Line("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
        foreach (var group in Groups())
        {
            Line($"| {group.Key.System} | {group.Key.Loop} | {Median(group, cell => cell.Result.PerSecond):0} | {ToR(group, cell => cell.Result.PerSecond)} "
                + $"| {Median(group, cell => cell.Result.P50):0.0} | {ToR(group, cell => cell.Result.P50)} | {Median(group, cell => cell.Result.P99):0.0} | {ToR(group, cell => cell.Result.P99)} "
                + $"| {group.Sum(cell => cell.Result.Bad)} | {group.Sum(cell => cell.Result.Pending)} "
                + $"| {Median(group, cell => cell.PerSignal.Commits):0.00} | {Median(group, cell => cell.PerSignal.RowWrites):0.0} | {Median(group, cell => cell.PerSignal.WalBytes) / 1000:0.0} "
                + $"| {Median(group, cell => cell.CpuMsInAll):0.00} | {ToR(group, cell => cell.CpuMsInAll)} | {Median(group, cell => cell.ForeignCores):0.0} |");
        }
        Line("");
        Line("| system | loop | " + string.Join(" | ", Parts.Select(part => $"{part} CPU ms")) + " | resident MB |");
        Line("| --- | --- |" + string.Concat(Parts.Select(_ => " --: |")) + " --- |");
        foreach (var group in Groups())
            Line($"| {group.Key.System} | {group.Key.Loop} | {string.Join(" | ", Parts.Select(part => Number(group, cell => cell.CpuMs.TryGetValue(part, out var ms) ? ms : double.NaN)))} "
                + $"| {string.Join(", ", group.Last().MegaBytes.Where(one => one.Key is not "PostgreSQL").Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:0}")))} |");
        Line("");
        foreach (var rest in rests)
            Line($"At rest, {rest.System}, {rest.Accounts} accounts, {rest.OpenPositions} open positions, {rest.Seconds:0} s: {rest.CoresInAll:0.000} cores "
                + $"({string.Join(", ", rest.Cores.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:0.000}")))}), "
                + $"{rest.Counts.RowWrites / rest.Seconds:0.0} rows/s, {rest.Counts.Commits / rest.Seconds:0.0} commits/s, {rest.Counts.Transactions / rest.Seconds:0} transactions/s.");
        foreach (var ledger in ledgers) Line($"Ledger, {ledger.Words}.");
        return text.ToString();

        void Line(string words) => text.Append(words).Append('\n');
    }

    private static readonly string[] Parts = ["Api", "Worker", "PostgreSQL", "Redis", "Reference"];

    private IEnumerable<IGrouping<(string System, string Loop), Cell>> Groups() => cells.GroupBy(cell => (cell.System, cell.Loop));

    private static string Name(IGrouping<(string System, string Loop), Cell> group) => $"{group.Key.System}, {group.Key.Loop}";

    private string ToR(IEnumerable<Cell> group, Func<Cell, double> value)
    {
        var ratios = group.Select(
            cell => (cell, R: cells.FirstOrDefault(other => other.System == "R" && other.Loop == cell.Loop && other.Round == cell.Round)))
            .Where(pair => pair.R is not null && value(pair.R) > 0).Select(pair => value(pair.cell) / value(pair.R!)).Order().ToArray();
        return ratios.Length == 0 ? "–" : ratios[ratios.Length / 2].ToString("0.00", CultureInfo.InvariantCulture);
    }

    private static string Number(IEnumerable<Cell> group, Func<Cell, double> value) =>
        Median(group, value) is var number && double.IsNaN(number) ? "–" : number.ToString("0.00", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<Cell> group, Func<Cell, double> value)
    {
        var sorted = group.Select(value).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
