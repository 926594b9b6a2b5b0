using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>Reads where a stop stands, and switches its accounts on again.</summary>
internal static class ResumeEndpoint
{
    internal sealed record Request(Guid? AccountId = null);

    /// <param name="Active">True while a stop keeps an account off or still closes something.</param>
    /// <param name="IsFlat">True when the brokers have shown all of these accounts flat.</param>
    internal sealed record State(bool Active, bool IsFlat, IReadOnlyList<StoppedAccountView> Accounts);

    internal sealed record Resumed(bool Success, int AccountsEnabled);

    internal static async Task<Ok<State>> Get(TenantContext tenant, StopReads reads, CancellationToken ct)
    {
        var accounts = await reads.ListAsync(tenant.Wall, ct);
        return TypedResults.Ok(new State(accounts.Count > 0, accounts.All(account => account.State == "stopped"), accounts));
    }

    /// <summary>A stop that is not through ends here: whoever trades again wants nothing closed any more.</summary>
    internal static async Task<Results<Ok<Resumed>, ProblemHttpResult>> Handle(
        Request? request, TenantContext tenant, TenantDb db, AccountDirectory directory, AccountStops accounts, AuditLog audit,
        CancellationToken ct)
    {
        AccountId? only = request?.AccountId is { } named ? new AccountId(named) : null;
        if (only is { } id && await directory.FindAsync(tenant, id, ct) is null) return Problem.NotFound();
        var resumed = await db.RunSqlAsync(async connection =>
        {
            var switched = await AccountStops.ResumeAsync(only, connection, ct);
            if (switched.Count == 0) return switched;
            await using (var settle = new NpgsqlCommand(
                "update trading.stopped_accounts set state = 'resumed', settled_at = clock_timestamp() where account_id = any($1)",
                connection))
            {
                settle.Parameters.AddWithValue(switched.Select(account => account.Id.Value).ToArray());
                await settle.ExecuteNonQueryAsync(ct);
            }
            foreach (var account in switched)
                await audit.WriteAsync(tenant.Tenant, tenant.User, "emergency_stop.resumed", account.Id.ToString(), null, connection, ct);
            return switched;
        }, ct);
        await accounts.TellAsync(tenant.Tenant, resumed);
        return TypedResults.Ok(new Resumed(true, resumed.Count));
    }
}
