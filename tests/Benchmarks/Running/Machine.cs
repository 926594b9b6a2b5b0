using System.Globalization;

namespace TradeFlow.Benchmarks.Running;

/// <summary>What all processes of the machine have used: the rest beside ours is what others did meanwhile.</summary>
internal static class Machine
{
    public static double BusySeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]
            .Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        // user, nice, system, irq and softirq; not idle, and not what waits for the disk.
        return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6]) / 100;
    }

    public static string Words => $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_073_741_824} GiB, {Cpu()}, .NET {Environment.Version}";

    private static string Cpu() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown CPU";
}
