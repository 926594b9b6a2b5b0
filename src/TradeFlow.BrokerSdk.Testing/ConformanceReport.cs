using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>The file <c>conformance.json</c>: which connector was put to the test, with what, and how each case ended.</summary>
public sealed record ConformanceReport
{
    /// <summary>Id of the plugin.</summary>
    public required string PluginId { get; init; }

    /// <summary>Its slug.</summary>
    public required string Slug { get; init; }

    /// <summary>Its version.</summary>
    public required string PluginVersion { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the entry assembly: the report is about this build and no other.</summary>
    public required string EntryAssemblySha256 { get; init; }

    /// <summary>Version of the SDK that the kit ran with.</summary>
    public required string SdkVersion { get; init; }

    /// <summary>Version of the kit.</summary>
    public required string KitVersion { get; init; }

    /// <summary>The seed of ids and choices; the same seed repeats the run.</summary>
    public required int Seed { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True when every case of L0 to L2 passed, or was skipped for what the manifest or the venue double declares.</summary>
    public required bool Passed { get; init; }

    /// <summary>Every case of the suite, by id.</summary>
    public required IReadOnlyList<ConformanceReportCase> Cases { get; init; }

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.ConformanceReport);

    /// <summary>Reads a report.</summary>
    /// <exception cref="FormatException">The text is no report.</exception>
    public static ConformanceReport Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReportJson.Default.ConformanceReport)
                ?? throw new FormatException("conformance.json is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"conformance.json: {e.Message}", e);
        }
    }

    /// <summary>Writes the file, and its folder.</summary>
    public async Task WriteAsync(string path, CancellationToken ct)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(path, ToJson() + "\n", ct).ConfigureAwait(false);
    }
}

/// <summary>One case in the report.</summary>
public sealed record ConformanceReportCase
{
    /// <summary>Id of the card.</summary>
    public required string Id { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Its level.</summary>
    public required ConformanceLevel Level { get; init; }

    /// <summary>How it ended.</summary>
    public required ConformanceVerdict Verdict { get; init; }

    /// <summary>What was seen, or why it was skipped; left out when it passed.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took.</summary>
    public required int Milliseconds { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConformanceReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
