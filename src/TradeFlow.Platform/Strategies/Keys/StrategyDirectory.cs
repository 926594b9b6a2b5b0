using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;

namespace TradeFlow.Platform.Strategies.Keys;

/// <summary>Strategies by their keys, and the accounts that follow them, across all tenants: for the ingest of signals.</summary>
[OpenToModules]
internal sealed class StrategyDirectory
{
    private readonly Database database;
    private readonly StrategyKeys keys;
    // Whoever shows many keys that nobody has makes the look-ups longer, not more.
    private readonly Gathered<string, KnownStrategy> lookUps;

    public StrategyDirectory(Database database, StrategyKeys keys)
    {
        (this.database, this.keys) = (database, keys);
        lookUps = new Gathered<string, KnownStrategy>(ReadAsync);
    }

    /// <summary>Asks the database each time: a key that was replaced opens nothing from that commit on, on every replica.</summary>
    public async ValueTask<KnownStrategy?> FindAsync(string key, CancellationToken ct) =>
        key.Length is 0 or > StrategyKeys.LongestKey ? null : await lookUps.FindAsync(Convert.ToHexString(keys.Hash(key)), ct);

    /// <summary>The accounts that a signal is for, by their ids.</summary>
    /// <param name="mayGetOut">It reaches those as well that have switched the strategy off and still hold something of it.</param>
    public async Task<IReadOnlyList<Follower>> FollowersAsync(StrategyId strategy, bool mayGetOut, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select f.account_id, f.size_mode, f.size_value, f.multiplier, f.enabled and f.ended_at is null, f.is_record,
                   case when not f.is_record then (
                       select count(*) from (
                           select o.strategy_id, min(o.created_at) as since
                           from strategies.activations o
                           join strategies.strategies s on s.id = o.strategy_id and s.deleted_at is null
                           join accounts.accounts oa on oa.id = o.account_id and oa.deleted_at is null
                           where o.tenant_id = f.tenant_id and o.enabled and o.ended_at is null group by o.strategy_id) used
                       where (used.since, used.strategy_id) <= (
                           select min(own.created_at), f.strategy_id from strategies.activations own
                           where own.tenant_id = f.tenant_id and own.strategy_id = f.strategy_id and own.enabled and own.ended_at is null))::int end
            from strategies.activations f join accounts.accounts a on a.id = f.account_id and a.deleted_at is null
            where f.strategy_id = $1 and ((f.enabled and f.ended_at is null) or ($2 and trading.holds_of_strategy(f.account_id, $1)))
            order by f.account_id
            """);
        command.Parameters.AddWithValue(strategy.Value);
        command.Parameters.AddWithValue(mayGetOut);
        List<Follower> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            found.Add(new Follower
            {
                Account = new AccountId(row.GetGuid(0)),
                Size = row.TextOrNull(1) is { } mode ? new FollowerSize(mode, row.GetDecimal(2)) : null,
                Multiplier = row.GetDecimal(3),
                IsActive = row.GetBoolean(4),
                IsRecord = row.GetBoolean(5),
                Place = row.IsDBNull(6) ? null : row.GetInt32(6),
            });
        return found;
    }

    /// <summary>To how many accounts a signal went.</summary>
    public async Task<int> FanOutOfAsync(Guid signal, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select fan_out from strategies.signals where id = $1");
        command.Parameters.AddWithValue(signal);
        return await command.ExecuteScalarAsync(ct) is int accounts ? accounts : 0;
    }

    /// <summary>Notes what the sender was told; of a signal that was recorded for nobody it writes the row.</summary>
    public async Task NoteAsync(SentSignal sent, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            insert into strategies.signals as s (id, tenant_id, strategy_id, received_at, status, code, error, dialect, action, symbol, fan_out)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (id) do update set status = excluded.status, code = excluded.code, error = excluded.error,
                fan_out = excluded.fan_out
            """);
        command.Parameters.AddWithValue(sent.Id);
        command.Parameters.AddWithValue(sent.Strategy.Tenant.Value);
        command.Parameters.AddWithValue(sent.Strategy.Id.Value);
        command.Parameters.AddTime(sent.ReceivedAt);
        command.Parameters.AddWithValue(sent.Status);
        command.Parameters.AddText(sent.Code);
        command.Parameters.AddText(sent.Error);
        command.Parameters.AddText(sent.Dialect);
        command.Parameters.AddText(sent.Action);
        command.Parameters.AddText(sent.Symbol);
        command.Parameters.AddWithValue(sent.FanOut);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<IReadOnlyDictionary<string, KnownStrategy>> ReadAsync(IReadOnlyCollection<string> hashes)
    {
        await using var command = database.System.CreateCommand("""
            select k.key_hash, s.id, s.tenant_id, s.name, s.version, b.plan from strategies.keys k
            join strategies.strategies s on s.id = k.strategy_id and s.deleted_at is null
            left join billing.billing_status b on b.tenant_id = s.tenant_id
            where k.key_hash = any ($1)
            """);
        command.Parameters.AddWithValue(hashes.Select(Convert.FromHexString).ToArray());
        Dictionary<string, KnownStrategy> found = new(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            found[Convert.ToHexString(row.GetFieldValue<byte[]>(0))] =
                new KnownStrategy(new StrategyId(row.GetGuid(1)), new TenantId(row.GetGuid(2)), row.GetString(3), row.GetInt64(4),
                    row.TextOrNull(5));
        return found;
    }
}
