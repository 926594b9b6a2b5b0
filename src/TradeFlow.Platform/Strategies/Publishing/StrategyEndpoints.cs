using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Strategies.Publishing;

/// <summary>The strategies that a tenant sees, and its private ones.</summary>
internal static class StrategyEndpoints
{
    internal sealed record NewStrategy(string? Name = null, string? Description = null, IReadOnlyList<string>? Symbols = null);

    internal sealed record NewKeyView(string WebhookUrl, string Warning);

    internal static async Task<Ok<List<StrategyView>>> List(
        StrategyReads reads, IAuthorizationService rules, PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var (origin, publishes) = await KeysForAsync(rules, address, http);
        return TypedResults.Ok(await reads.ListAsync(null, origin, publishes, ct));
    }

    internal static async Task<Results<Ok<StrategyView>, ProblemHttpResult>> Get(
        Guid id, StrategyReads reads, IAuthorizationService rules, PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var (origin, publishes) = await KeysForAsync(rules, address, http);
        return await reads.ListAsync(id, origin, publishes, ct) is [var view] ? TypedResults.Ok(view) : Problem.NotFound();
    }

    internal static async Task<Results<Created<StrategyView>, ProblemHttpResult>> Create(
        NewStrategy body, StrategyStore store, StrategyReads reads, TenantContext tenant, TenantDb db, AuditLog audit,
        PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var errors = StrategyText.Check(body.Name, body.Description, body.Symbols, isNew: true);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var id = await db.RunSqlAsync(async connection =>
        {
            var publisher = await NameOfAsync(tenant.Tenant, connection, ct);
            var symbols = StrategyText.Symbols(body.Symbols);
            var made = await store.AddAsync( // its name is checked
                tenant.Tenant, StrategyStore.Private, body.Name!, body.Description ?? "", symbols, publisher, connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "strategy.created", made.ToString(), null, connection, ct);
            return made;
        }, ct);
        return TypedResults.Created($"/api/strategies/{id}",
            (await reads.ListAsync(id.Value, address.OriginFor(http), false, ct)).Single());
    }

    internal static async Task<Results<Ok<StrategyView>, ProblemHttpResult>> Change(
        Guid id, NewStrategy body, StrategyStore store, StrategyReads reads, TenantContext tenant, TenantDb db, AuditLog audit,
        PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var errors = StrategyText.Check(body.Name, body.Description, body.Symbols, isNew: false);
        var isThere = await db.RunSqlAsync(async connection =>
        {
            // With faults nothing is changed, and whose it is still comes first.
            var (name, about) = errors.Count > 0 ? (null, null) : (body.Name, body.Description);
            var symbols = errors.Count > 0 || body.Symbols is null ? null : StrategyText.Symbols(body.Symbols);
            if (await store.ChangeAsync(id, StrategyStore.Private, name, about, symbols, connection, ct) is null) return false;
            if (errors.Count == 0)
                await audit.WriteAsync(tenant.Tenant, tenant.User, "strategy.changed", id.ToString(), null, connection, ct);
            return true;
        }, ct);
        if (!isThere) return Problem.NotFound();
        if (errors.Count > 0) return Problem.Invalid(errors);
        return TypedResults.Ok((await reads.ListAsync(id, address.OriginFor(http), false, ct)).Single());
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, StrategyStore store, TenantContext tenant, TenantDb db, AuditLog audit, CancellationToken ct)
    {
        var ended = await db.RunSqlAsync(async connection =>
        {
            if (await store.EndAsync(id, StrategyStore.Private, connection, ct) is null) return false;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "strategy.deleted", id.ToString(), null, connection, ct);
            return true;
        }, ct);
        return ended ? TypedResults.NoContent() : Problem.NotFound();
    }

    /// <summary>Of a private strategy its tenant's traders may ask for it, of a published one an administrator.</summary>
    internal static async Task<Results<Ok<NewKeyView>, ProblemHttpResult>> RegenerateKey(
        Guid id, StrategyStore store, TenantContext tenant, TenantDb db, Database database, AuditLog audit, IAuthorizationService rules,
        PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var made = await db.RunSqlAsync(connection => RegenerateAsync(id, StrategyStore.Private, connection), ct);
        if (made is null && (await rules.AuthorizeAsync(http.User, TradeFlowPolicies.Admin)).Succeeded)
        {
            await using var connection = await database.System.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            made = await RegenerateAsync(id, StrategyStore.Public, connection);
            await transaction.CommitAsync(ct);
        }
        return made is null
            ? Problem.NotFound()
            : TypedResults.Ok(new NewKeyView(StrategyAddress.Of(address.OriginFor(http), made),
                "Update TradingView webhooks with new webhook URL"));

        async Task<string?> RegenerateAsync(Guid strategy, string visibility, NpgsqlConnection connection)
        {
            if (await store.NewKeyAsync(strategy, visibility, connection, ct) is not var (key, owner)) return null;
            await audit.WriteAsync(owner, tenant.User, "strategy.key_regenerated", strategy.ToString(), null, connection, ct);
            return key;
        }
    }

    /// <summary>What others are told of a tenant that publishes.</summary>
    internal static async Task<string> NameOfAsync(TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select name from tenancy.tenants where id = $1", connection);
        command.Parameters.AddWithValue(tenant.Value);
        return (string)(await command.ExecuteScalarAsync(ct))!; // a session has a tenant
    }

    // An address holds its key: it is shown to who may trade, and that of a published strategy to who may publish.
    private static async Task<(string? Origin, bool Publishes)> KeysForAsync(
        IAuthorizationService rules, PublicAddress address, HttpContext http) =>
            ((await rules.AuthorizeAsync(http.User, TradeFlowPolicies.Trade)).Succeeded ? address.OriginFor(http) : null,
                (await rules.AuthorizeAsync(http.User, TradeFlowPolicies.Admin)).Succeeded);
}
