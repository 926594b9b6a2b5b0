using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Keys;

namespace TradeFlow.Platform.Strategies.Publishing;

/// <summary>Strategies as a tenant sees them: its own, what is published, and its own accounts that follow either.</summary>
internal sealed class StrategyReads(TenantDb db, TenantContext tenant, StrategyKeys keys, StrategyStats stats)
{
    /// <param name="which">One of them; <c>null</c>: all.</param>
    /// <param name="origin">Where the addresses begin; <c>null</c> for who may not see a key.</param>
    /// <param name="showsPublished">Whether the keys of published ones are shown too: to who may publish.</param>
    public async Task<List<StrategyView>> ListAsync(Guid? which, string? origin, bool showsPublished, CancellationToken ct)
    {
        var found = await db.RunSqlAsync(async connection =>
        {
            var rows = await StrategiesAsync(connection, which, origin, showsPublished, ct);
            var active = await ActivationsAsync(connection, which, ct);
            return rows.ConvertAll(
                row => row with { Activations = [.. active.Where(one => one.Strategy == row.Id).Select(one => one.View)] });
        }, ct);
        var known = await stats.OfAsync([.. found.Where(row => row.Visibility == "public").Select(row => row.Id)], ct);
        return found.ConvertAll(row => row with { Stats = known.GetValueOrDefault(row.Id) });
    }

    private async Task<List<StrategyView>> StrategiesAsync(
        NpgsqlConnection connection, Guid? which, string? origin, bool showsPublished, CancellationToken ct)
    {
        // What is published and not one's own shows by a rule of its own of the table; keys do not.
        await using var command = new NpgsqlCommand("""
            select s.id, s.slug, s.name, s.description, s.symbols, s.visibility, s.publisher, s.created_at, s.tenant_id, k.key_sealed
            from strategies.strategies s left join strategies.keys k on k.strategy_id = s.id
            where s.deleted_at is null and ($1::uuid is null or s.id = $1) order by s.visibility desc, s.created_at, s.id
            """, connection);
        command.Parameters.AddId(which);
        List<StrategyView> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (id, isOwn, isPublic) = (row.GetGuid(0), row.GetGuid(8) == tenant.Tenant.Value, row.GetString(5) == "public");
            // Its signals go to every account that follows it.
            var shows = origin is not null && tenant.Accounts.IsAll && isOwn && (!isPublic || showsPublished) && !row.IsDBNull(9);
            found.Add(new StrategyView
            {
                Id = id,
                Slug = row.GetString(1),
                Name = row.GetString(2),
                Description = row.GetString(3),
                Symbols = row.GetFieldValue<string[]>(4),
                Visibility = row.GetString(5),
                Publisher = row.GetString(6),
                CreatedAt = row.GetFieldValue<DateTimeOffset>(7),
                IsOwn = isOwn,
                WebhookUrl = shows
                    ? StrategyAddress.Of(origin!, keys.Open(row.GetFieldValue<byte[]>(9), tenant.Tenant, new StrategyId(id))) : null,
            });
        }
        return found;
    }

    private static async Task<List<(Guid Strategy, ActivationView View)>> ActivationsAsync(
        NpgsqlConnection connection, Guid? which, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select f.strategy_id, f.id, f.account_id, f.size_mode, f.size_value, f.multiplier, f.enabled, trading.holds_of_strategy(f.account_id, f.strategy_id)
            from strategies.activations f join accounts.accounts a on a.id = f.account_id and a.deleted_at is null
            where f.ended_at is null and ($1::uuid is null or f.strategy_id = $1) order by f.created_at, f.id
            """, connection);
        command.Parameters.AddId(which);
        List<(Guid, ActivationView)> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var size = row.TextOrNull(3) is { } mode ? new SizeView(mode, row.GetDecimal(4).Trimmed()) : null;
            found.Add((row.GetGuid(0), new ActivationView(row.GetGuid(1), row.GetGuid(2), size, row.GetDecimal(5).Trimmed(),
                row.GetBoolean(6), row.GetBoolean(7))));
        }
        return found;
    }
}

/// <summary>Where the signals of a strategy are sent.</summary>
internal static class StrategyAddress
{
    public static string Of(string origin, string key) => $"{origin}/webhook/strategy/{key}";
}
