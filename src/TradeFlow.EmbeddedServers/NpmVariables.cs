using System.Collections;

namespace TradeFlow.EmbeddedServers;

/// <summary>What npm alone is told: its cache, its registry, the log-in there.</summary>
public static class NpmVariables
{
    private static readonly Dictionary<string, string> Found = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => ((string)variable.Key).StartsWith("npm_config_", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!);

    /// <summary>As they were when this was first asked, which the AppHost does before it forgets them.</summary>
    public static IReadOnlyDictionary<string, string> Of() => Found;
}
