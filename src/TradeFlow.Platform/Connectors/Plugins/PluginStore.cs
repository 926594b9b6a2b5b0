using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>What this Worker says of one folder.</summary>
internal sealed record PluginStatus(
    string Slug, ConnectorManifest Manifest, PluginState State, string? Reason, string Sha256, string Folder)
{
    /// <summary>Sessions that run on it.</summary>
    public int Sessions { get; init; }
    public PluginConformance? Conformance { get; init; }
    public PluginOrigin Origin { get; init; } = PluginOrigin.Unknown;
}

/// <summary>Writes <c>connectors.plugins</c>, from which every Api draws its catalogue.</summary>
internal sealed class PluginStore(Database database, RedisBus bus)
{
    /// <summary>A row that no Worker has confirmed for so long belongs to a folder or a Worker that is gone.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(2);

    public async Task WriteAsync(IReadOnlyCollection<PluginStatus> all, bool changed, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var status in all)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                insert into connectors.plugins (slug, version, manifest, state, reason, sha256, folder, sessions, conformance, trust, publisher, key_id) values ($1, $2, $3::jsonb, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12)
                on conflict (slug, folder, sha256) do update set version = excluded.version, manifest = excluded.manifest, state = excluded.state, reason = excluded.reason,
                    sessions = excluded.sessions, conformance = excluded.conformance, trust = excluded.trust, publisher = excluded.publisher, key_id = excluded.key_id, seen_at = now()
                """)
            {
                Parameters =
                {
                    new() { Value = status.Slug },
                    new() { Value = status.Manifest.Version },
                    new() { Value = status.Manifest.ToJson() },
                    new() { Value = status.State.ToString() },
                    { NpgsqlDbType.Text, status.Reason },
                    new() { Value = status.Sha256 },
                    new() { Value = status.Folder },
                    new() { Value = status.Sessions },
                    { NpgsqlDbType.Text, status.Conformance is { } report
                        ? JsonSerializer.Serialize(report, ConnectorsJson.Default.PluginConformance) : null },
                    new() { Value = status.Origin.Trust.ToString() },
                    { NpgsqlDbType.Text, status.Origin.Publisher },
                    { NpgsqlDbType.Text, status.Origin.KeyId },
                },
            });
        }
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "delete from connectors.plugins where seen_at < now() - $1 or (folder = any($2) and sha256 <> all($3))")
        {
            Parameters =
            {
                new() { Value = Forgotten },
                new() { Value = all.Select(status => status.Folder).ToArray() },
                new() { Value = all.Select(status => status.Sha256).ToArray() },
            },
        });
        await batch.ExecuteNonQueryAsync(ct);
        if (!changed) return;
        foreach (var slug in all.Select(status => status.Slug).Distinct(StringComparer.Ordinal)) bus.Publish(Topics.PluginsChanged, slug);
    }
}
