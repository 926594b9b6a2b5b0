using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Keys;
using TradeFlow.Platform.Strategies.Record;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Strategies.Publishing;

/// <summary>Publishing: what an administrator makes for all tenants, and what there is.</summary>
internal static class AdminStrategies
{
    /// <param name="Visibility"><c>public</c>, or left out: private strategies are made by their tenants.</param>
    internal sealed record NewStrategy(
        string? Name = null, string? Description = null, IReadOnlyList<string>? Symbols = null, string? Visibility = null);

    /// <param name="Accounts">How many accounts follow it now, the record's left out.</param>
    /// <param name="WebhookUrl">Of a published one.</param>
    internal sealed record View(
        Guid Id, string Slug, string Name, string Description, IReadOnlyList<string> Symbols, string Visibility, string Publisher,
        Guid TenantId, int Accounts, long Signals, DateTimeOffset CreatedAt, string? WebhookUrl);

    internal static async Task<Ok<List<View>>> List(
        Database database, StrategyKeys keys, PublicAddress address, HttpContext http, CancellationToken ct) =>
            TypedResults.Ok(await ReadAsync(null, database, keys, address.OriginFor(http), ct));

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Publish(
        NewStrategy body, StrategyStore store, RecordAccounts records, StrategyKeys keys, TenantContext tenant, Database database,
        AuditLog audit, PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var errors = Check(body, isNew: true);
        if (errors.Count > 0) return Problem.Invalid(errors);
        StrategyId id;
        AccountId record;
        await using (var connection = await database.System.OpenConnectionAsync(ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var publisher = await StrategyEndpoints.NameOfAsync(tenant.Tenant, connection, ct);
            var name = body.Name!; // checked
            var symbols = StrategyText.Symbols(body.Symbols);
            id = await store.AddAsync(tenant.Tenant, StrategyStore.Public, name, body.Description ?? "", symbols, publisher,
                connection, ct);
            record = await records.OpenAsync(id, name.Trim(), connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "strategy.published", id.ToString(), null, connection, ct);
            await transaction.CommitAsync(ct);
        }
        records.Tell(record);
        return TypedResults.Created($"/api/strategies/{id}",
            (await ReadAsync(id.Value, database, keys, address.OriginFor(http), ct)).Single());
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Change(
        Guid id, NewStrategy body, StrategyStore store, StrategyKeys keys, TenantContext tenant, Database database, AuditLog audit,
        PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var errors = Check(body, isNew: false);
        if (errors.Count > 0) return Problem.Invalid(errors);
        await using (var connection = await database.System.OpenConnectionAsync(ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var symbols = body.Symbols is null ? null : StrategyText.Symbols(body.Symbols);
            if (await store.ChangeAsync(id, StrategyStore.Public, body.Name, body.Description, symbols, connection, ct) is not { } owner)
                return Problem.NotFound();
            await audit.WriteAsync(owner, tenant.User, "strategy.changed", id.ToString(), null, connection, ct);
            await transaction.CommitAsync(ct);
        }
        return TypedResults.Ok((await ReadAsync(id, database, keys, address.OriginFor(http), ct)).Single());
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, StrategyStore store, RecordAccounts records, TenantContext tenant, Database database, AuditLog audit, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await store.EndAsync(id, StrategyStore.Public, connection, ct) is not { } owner) return Problem.NotFound();
        var record = await records.CloseAsync(new StrategyId(id), connection, ct);
        await audit.WriteAsync(owner, tenant.User, "strategy.deleted", id.ToString(), null, connection, ct);
        await transaction.CommitAsync(ct);
        if (record is { } account) records.Tell(account);
        return TypedResults.NoContent();
    }

    private static Dictionary<string, string[]> Check(NewStrategy body, bool isNew)
    {
        var errors = StrategyText.Check(body.Name, body.Description, body.Symbols, isNew);
        if (body.Visibility is not (null or StrategyStore.Public))
            errors["visibility"] = ["Use public: a private strategy is made by its own workspace."];
        return errors;
    }

    private static async Task<List<View>> ReadAsync(Guid? which, Database database, StrategyKeys keys, string origin, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select s.id, s.slug, s.name, s.description, s.symbols, s.visibility, s.publisher, s.tenant_id, s.signals, s.created_at, k.key_sealed,
                   (select count(*) from strategies.activations f join accounts.accounts a on a.id = f.account_id and a.deleted_at is null
                    where f.strategy_id = s.id and f.enabled and f.ended_at is null and not f.is_record)::int
            from strategies.strategies s left join strategies.keys k on k.strategy_id = s.id and s.visibility = 'public'
            where s.deleted_at is null and ($1::uuid is null or s.id = $1) order by s.visibility desc, s.created_at desc, s.id
            """);
        command.Parameters.AddId(which);
        List<View> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (id, tenant) = (row.GetGuid(0), row.GetGuid(7));
            var key = row.IsDBNull(10) ? null : keys.Open(row.GetFieldValue<byte[]>(10), new TenantId(tenant), new StrategyId(id));
            var url = key is null ? null : StrategyAddress.Of(origin, key);
            found.Add(new View(
                id, row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<string[]>(4), row.GetString(5),
                row.GetString(6), tenant, row.GetInt32(11), row.GetInt64(8), row.GetFieldValue<DateTimeOffset>(9), url));
        }
        return found;
    }
}
