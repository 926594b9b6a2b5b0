using System.Collections.Concurrent;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>What a field of a Connect form may be chosen from, asked of its connector and kept for a minute. Nothing of it is a tenant's own.</summary>
internal sealed class OptionsClient(JobClient jobs, TimeProvider clock)
{
    private const int MostKept = 1000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    // Longer than the Worker gives the connector, so that its words arrive.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);
    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <returns>The choices, or why there are none now.</returns>
    public async Task<(IReadOnlyList<FieldOption>? Options, string? Why)> FindAsync(TenantId tenant, OptionsRequestBody request, string version, CancellationToken ct)
    {
        var json = JsonSerializer.Serialize(request, ConnectorsJson.Default.OptionsRequestBody);
        var key = $"{version} {json}";
        if (kept.TryGetValue(key, out var known) && clock.GetUtcNow() < known.Until) return (known.Options, null);
        var result = await jobs.RunAsync(JobKinds.Options, tenant, account: null, json, Patience, ct);
        switch (result)
        {
            case { Status: JobStatus.Done, Json: { } done }:
                var options = JsonSerializer.Deserialize(done, ConnectorsJson.Default.OptionsFound)?.Options ?? throw new JsonException("A job answered null.");
                if (kept.Count >= MostKept) kept.Clear();
                kept[key] = new Kept(options, clock.GetUtcNow() + Fresh);
                return (options, null);
            case { Status: JobStatus.Failed, Json: { } failed }:
                return (null, JsonSerializer.Deserialize(failed, ConnectorsJson.Default.JobFailure)?.Message);
            default:
                return (null, "The broker did not answer in time.");
        }
    }

    private sealed record Kept(IReadOnlyList<FieldOption> Options, DateTimeOffset Until);
}
