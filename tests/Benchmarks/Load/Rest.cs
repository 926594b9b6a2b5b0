using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Load;

/// <summary>What the product does while nobody sends.</summary>
/// <param name="Cores">Of each process.</param>
internal sealed record AtRest(
    string System, int Accounts, int OpenPositions, double Seconds, IReadOnlyDictionary<string, double> Cores, DatabaseCounts Counts)
{
    public double CoresInAll => Cores.Values.Sum();

    public static async Task<AtRest> MeasureAsync(
        Servers servers, string database, IReadOnlyList<Child> parts, string system, int accounts, int openPositions, int seconds)
    {
        var counted = await DatabaseCounts.MarkAsync(servers, database);
        var cpu = parts.Select(part => part.Cpu).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var cores = parts.Select((part, at) => (part.Name, Cores: (part.Cpu - cpu[at]) / seconds))
            .ToDictionary(one => one.Name, one => one.Cores);
        return new AtRest(system, accounts, openPositions, seconds, cores, await DatabaseCounts.SinceAsync(servers, database, counted));
    }
}
