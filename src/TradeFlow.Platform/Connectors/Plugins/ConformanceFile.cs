using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// Reads the report that the conformance kit leaves beside a packed plugin. It is shown, not obeyed: what may run is decided by
/// <see cref="TrustCheck"/>.
/// </summary>
internal static class ConformanceFile
{
    public const string Name = "conformance.json";

    /// <returns>A summary, or <c>null</c> when there is no readable report.</returns>
    public static PluginConformance? Read(PackageFiles files, ConnectorManifest manifest)
    {
        if (files.Text(Name) is not { } text) return null;
        try
        {
            using var report = JsonDocument.Parse(text);
            var root = report.RootElement;
            var verdicts = root.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("verdict").GetString()).ToList();
            return new PluginConformance
            {
                Passed = root.GetProperty("passed").GetBoolean(),
                IsOfThisBuild = root.GetProperty("entryAssemblySha256").GetString() == HashOf(files, manifest.EntryAssembly),
                KitVersion = root.GetProperty("kitVersion").GetString() ?? "",
                CasesPassed = verdicts.Count(verdict => verdict == "Passed"),
                CasesFailed = verdicts.Count(verdict => verdict == "Failed"),
                CasesSkipped = verdicts.Count(verdict => verdict == "Skipped"),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // A report that cannot be read is none.
            return null;
        }
    }

    private static string HashOf(PackageFiles files, string name) =>
        files.Contents.TryGetValue(name, out var content) ? FileSums.HashOf(content) : "";
}
