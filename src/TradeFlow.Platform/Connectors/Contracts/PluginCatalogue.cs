using System.Text.Json;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// The brokers that the Workers have, in memory: read once at start, again when the list changes, every 2 s while Redis is away.
/// </summary>
internal sealed class PluginCatalogue(Database database, RedisBus bus, Supervisor supervisor) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefreshWithoutRedis = TimeSpan.FromSeconds(2);
    private readonly Wake changed = new();
    private volatile IReadOnlyList<CatalogueEntry> entries = [];

    /// <summary>One entry per broker: the active version, else the one seen last. Ordered by name.</summary>
    public IReadOnlyList<CatalogueEntry> All => entries;

    public CatalogueEntry? Find(string slugOrAlias)
    {
        foreach (var entry in entries)
            if (entry.Slug == slugOrAlias) return entry;
        foreach (var entry in entries)
            if (entry.Answers(slugOrAlias)) return entry;
        return null;
    }

    /// <summary>The versions that stand beside each other as well, for operators.</summary>
    public async Task<IReadOnlyList<CatalogueEntry>> ReadAllVersionsAsync(CancellationToken ct)
    {
        List<CatalogueEntry> rows = [];
        await using var command = database.App.CreateCommand(
            "select slug, manifest, state, reason, sha256, folder, seen_at, sessions, conformance, trust, publisher, key_id from connectors.plugins order by slug, seen_at desc");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(Read(reader));
        return rows;
    }

    public async Task ReloadAsync(CancellationToken ct)
    {
        var rows = await ReadAllVersionsAsync(ct);
        entries = [.. rows.GroupBy(row => row.Slug, StringComparer.Ordinal)
            .Select(group => group.FirstOrDefault(row => row.State == PluginState.Active)
                ?? group.OrderBy(row => Rank(row.State)).ThenByDescending(row => row.SeenAt).First())
            .Where(row => row.State is not PluginState.Deleted)
            .OrderBy(row => row.Manifest.Name, StringComparer.Ordinal)];
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("plugin catalogue", KeepAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        using var subscription = bus.Subscribe(Topics.PluginsChanged, _ => changed.Ring());
        while (true)
        {
            await ReloadAsync(ct);
            await changed.WaitAsync(bus.IsConnected ? Refresh : RefreshWithoutRedis, ct);
        }
    }

    private static int Rank(PluginState state) => state switch
    {
        PluginState.Faulted => 1,
        PluginState.NotSupported => 2,
        PluginState.Disabled => 3,
        PluginState.Draining => 4,
        PluginState.Superseded => 5,
        _ => 9,
    };

    private static CatalogueEntry Read(NpgsqlDataReader reader) => new()
    {
        Slug = reader.GetString(0),
        Manifest = ParseOwn(reader.GetString(1)),
        State = Enum.Parse<PluginState>(reader.GetString(2)),
        Reason = reader.IsDBNull(3) ? null : reader.GetString(3),
        Sha256 = reader.GetString(4),
        Folder = reader.GetString(5),
        SeenAt = reader.GetFieldValue<DateTimeOffset>(6),
        Sessions = reader.GetInt32(7),
        Conformance = reader.IsDBNull(8) ? null : JsonSerializer.Deserialize(reader.GetString(8), ConnectorsJson.Default.PluginConformance),
        Origin = new PluginOrigin(Enum.Parse<PluginTrust>(reader.GetString(9)), reader.TextOrNull(10), reader.TextOrNull(11)),
    };

    // Our own Worker has written it, so it is not validated again: the manifest of a broken plugin would not pass.
    private static ConnectorManifest ParseOwn(string json) => JsonSerializer.Deserialize(json, StoredManifestJson.Default.ConnectorManifest)
        ?? throw new JsonException("A stored manifest is null.");

    public override void Dispose()
    {
        changed.Dispose();
        base.Dispose();
    }
}
