using System.Collections.Concurrent;
using TradeFlow.BrokerSdk.Testing.Tests.Toy;

namespace TradeFlow.BrokerSdk.Testing.Tests;

/// <summary>
/// Runs the suite over the toy connector, right or with one thing wrong. All runs of a test session go side by side, a few at a time.
/// </summary>
internal static class Saboteurs
{
    private static readonly SemaphoreSlim Places = new(8);
    private static readonly ConcurrentDictionary<string, Lazy<Task<ConformanceReport>>> Runs = new(StringComparer.Ordinal);

    public static string Folder(string plugin)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "artifacts", "sample-plugins", plugin);
            if (Directory.Exists(candidate)) return candidate;
        }
        throw new DirectoryNotFoundException(plugin);
    }

    /// <summary>What is told of a saboteur; the first who asks starts it and all the others.</summary>
    public static Task<ConformanceReport> ReportAsync(string sabotage, IEnumerable<string> all)
    {
        foreach (var other in all) _ = Runs.GetOrAdd(other, name => new Lazy<Task<ConformanceReport>>(() => RunAsync(name))).Value;
        return Runs.GetOrAdd(sabotage, name => new Lazy<Task<ConformanceReport>>(() => RunAsync(name))).Value;
    }

    private static async Task<ConformanceReport> RunAsync(string sabotage)
    {
        await Places.WaitAsync();
        try
        {
            await using var run = new ConformanceRun(new PluginFolderTarget(Folder("Saboteur"), _ => ToyVenue.OpenAsync(sabotage),
                Path.Combine(AppContext.BaseDirectory, "testdata")));
            return await run.RunAsync(null, CancellationToken.None);
        }
        finally
        {
            Places.Release();
        }
    }
}
