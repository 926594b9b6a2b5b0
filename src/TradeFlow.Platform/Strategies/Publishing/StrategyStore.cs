using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Keys;

namespace TradeFlow.Platform.Strategies.Publishing;

/// <summary>
/// Makes, changes and ends strategies, in the caller's transaction: behind the tenant's wall, or past it for who publishes.
/// </summary>
internal sealed class StrategyStore(StrategyKeys keys, TimeProvider clock)
{
    public const string Public = "public", Private = "private";

    public async Task<StrategyId> AddAsync(
        TenantId tenant, string visibility, string name, string description, string[] symbols, string publisher,
        NpgsqlConnection connection, CancellationToken ct)
    {
        var id = new StrategyId(NewId.At(clock));
        await using var command = new NpgsqlCommand("""
            insert into strategies.strategies (id, tenant_id, slug, name, description, symbols, visibility, publisher, created_at)
            select $1, $2, case when exists (select from strategies.strategies where tenant_id = $2 and slug = $3 and deleted_at is null)
                       then $3 || '-' || right($1::text, 6) else $3 end, $4, $5, $6, $7, $8, $9
            """, connection);
        command.Parameters.AddWithValue(id.Value);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddText(StrategyText.Slug(name));
        command.Parameters.AddText(name.Trim());
        command.Parameters.AddText(description.Trim());
        command.Parameters.AddWithValue(symbols);
        command.Parameters.AddText(visibility);
        command.Parameters.AddText(publisher);
        command.Parameters.AddTime(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
        await keys.StoreAsync(StrategyKeys.Make(id), tenant, id, connection, ct);
        return id;
    }

    /// <returns>Whose it is; <c>null</c> when there is no such strategy.</returns>
    public async Task<TenantId?> ChangeAsync(
        Guid id, string visibility, string? name, string? description, string[]? symbols, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update strategies.strategies set name = coalesce($3, name), description = coalesce($4, description), symbols = coalesce($5, symbols)
            where id = $1 and visibility = $2 and deleted_at is null returning tenant_id
            """, connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddText(visibility);
        command.Parameters.AddText(name?.Trim());
        command.Parameters.AddText(description?.Trim());
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, symbols);
        return await command.ExecuteScalarAsync(ct) is Guid tenant ? new TenantId(tenant) : null;
    }

    /// <summary>Its address answers as one that there never was from the commit on. What accounts hold of it stays open.</summary>
    /// <returns>Whose it was; <c>null</c> when there is no such strategy.</returns>
    public async Task<TenantId?> EndAsync(Guid id, string visibility, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with ended as (update strategies.strategies set deleted_at = $3, version = version + 1 where id = $1 and visibility = $2 and deleted_at is null returning id, tenant_id),
                 keys as (delete from strategies.keys where strategy_id in (select id from ended))
            select tenant_id from ended
            """, connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddText(visibility);
        command.Parameters.AddTime(clock.GetUtcNow());
        return await command.ExecuteScalarAsync(ct) is Guid tenant ? new TenantId(tenant) : null;
    }

    /// <summary>The old key opens nothing from the commit on, nor does what came in under it and is not recorded yet.</summary>
    /// <returns>The new one; <c>null</c> when there is no such strategy.</returns>
    public async Task<(string Key, TenantId Tenant)?> NewKeyAsync(
        Guid id, string visibility, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update strategies.strategies set version = version + 1 where id = $1 and visibility = $2 and deleted_at is null returning tenant_id",
            connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddText(visibility);
        if (await command.ExecuteScalarAsync(ct) is not Guid owner) return null;
        var (strategy, tenant) = (new StrategyId(id), new TenantId(owner));
        var key = StrategyKeys.Make(strategy);
        await keys.StoreAsync(key, tenant, strategy, connection, ct);
        return (key, tenant);
    }
}
