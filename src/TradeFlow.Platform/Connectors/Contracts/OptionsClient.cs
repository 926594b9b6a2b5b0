using System.Collections.Concurrent;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// What a field of a Connect form may be chosen from, asked of its connector and kept for a minute. Nothing of it is a tenant's own.
/// </summary>
internal sealed class OptionsClient(JobClient jobs, TimeProvider clock)
{
    private const int MostKept = 1000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    // Longer than the Worker gives the connector, so that its words arrive.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);
    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <returns>The choices as they were told within the last minute, or <c>null</c>: the broker has to be asked.</returns>
    public IReadOnlyList<FieldOption>? Find(OptionsRequestBody request, string version) =>
        kept.TryGetValue(KeyOf(request, version), out var known) && clock.GetUtcNow() < known.Until ? known.Options : null;

    /// <returns>The choices, or why there are none now.</returns>
    public async Task<(IReadOnlyList<FieldOption>? Options, string? Why)> AskAsync(
        TenantId tenant, OptionsRequestBody request, string version, CancellationToken ct)
    {
        var result = await jobs.RunAsync(JobKinds.Options, tenant, account: null, JsonOf(request), Patience, ct);
        switch (result)
        {
            case { Status: JobStatus.Done, Json: { } done }:
                var options = JsonSerializer.Deserialize(done, ConnectorsJson.Default.OptionsFound)?.Options
                    ?? throw new JsonException("A job answered null.");
                if (kept.Count >= MostKept) kept.Clear();
                kept[KeyOf(request, version)] = new Kept(options, clock.GetUtcNow() + Fresh);
                return (options, null);
            case { Status: JobStatus.Failed, Json: { } failed }:
                return (null, JsonSerializer.Deserialize(failed, ConnectorsJson.Default.JobFailure)?.Message);
            default:
                return (null, "The broker did not answer in time.");
        }
    }

    private static string KeyOf(OptionsRequestBody request, string version) => $"{version} {JsonOf(request)}";

    private static string JsonOf(OptionsRequestBody request) =>
        JsonSerializer.Serialize(request, ConnectorsJson.Default.OptionsRequestBody);

    private sealed record Kept(IReadOnlyList<FieldOption> Options, DateTimeOffset Until);
}
