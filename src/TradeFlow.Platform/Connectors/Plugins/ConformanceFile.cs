using System.Security.Cryptography;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>Reads the report that the conformance kit leaves beside a packed plugin. It is shown, not obeyed: what may run is decided by the lock file.</summary>
internal static class ConformanceFile
{
    public const string Name = "conformance.json";

    /// <returns>A summary, or <c>null</c> when there is no readable report.</returns>
    public static PluginConformance? Read(string folder, ConnectorManifest manifest)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return null;
        try
        {
            using var report = JsonDocument.Parse(File.ReadAllText(path));
            var root = report.RootElement;
            var verdicts = root.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("verdict").GetString()).ToList();
            return new PluginConformance
            {
                Passed = root.GetProperty("passed").GetBoolean(),
                IsOfThisBuild = root.GetProperty("entryAssemblySha256").GetString() == HashOf(Path.Combine(folder, manifest.EntryAssembly)),
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

    private static string HashOf(string file) => File.Exists(file) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) : "";
}
