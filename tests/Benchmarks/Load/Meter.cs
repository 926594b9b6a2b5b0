using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Load;

/// <summary>One loop, with what it cost.</summary>
/// <param name="System">Whose it is: the product on one of its brokers, or a yardstick.</param>
/// <param name="Loop">How it was sent.</param>
/// <param name="PerSignal">What PostgreSQL counted for each signal.</param>
/// <param name="CpuMs">CPU of each process for each signal, in milliseconds; that of the sender is not in it.</param>
/// <param name="MegaBytes">Resident memory of each process at the end.</param>
/// <param name="ForeignCores">Cores that others on the machine used meanwhile.</param>
internal sealed record Cell(
    string System, string Loop, int Round, Measured Result, DatabaseCounts PerSignal, IReadOnlyDictionary<string, double> CpuMs,
    IReadOnlyDictionary<string, double> MegaBytes, double ForeignCores)
{
    public double CpuMsInAll => CpuMs.Values.Sum();
}

/// <summary>Runs a loop and reads the meters before and after it.</summary>
internal sealed class Meter(Servers servers, string database, IReadOnlyList<Child> parts)
{
    public async Task<Cell> RunAsync(string system, string loop, int round, Func<Task<Measured>> run)
    {
        var counted = await DatabaseCounts.MarkAsync(servers, database);
        var cpu = parts.Select(part => part.Cpu).ToArray();
        var (busy, own) = (Machine.BusySeconds(), Environment.CpuUsage.TotalTime.TotalSeconds);
        var result = await run();
        var used = parts.Select((part, at) => part.Cpu - cpu[at]).ToArray();
        var foreign = Machine.BusySeconds() - busy - used.Sum() - (Environment.CpuUsage.TotalTime.TotalSeconds - own);
        var memory = parts.ToDictionary(part => part.Name, part => part.MegaBytes);
        var counts = await DatabaseCounts.SinceAsync(servers, database, counted);
        var signals = Math.Max(1, result.Answered);
        return new Cell(system, loop, round, result, counts.Per(signals), parts.Select(
            (part, at) => (part.Name, Ms: used[at] * 1000 / signals))
            .ToDictionary(one => one.Name, one => one.Ms), memory, Math.Max(0, foreign / result.Seconds));
    }
}
