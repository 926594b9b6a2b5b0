using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>How much of the plan is used, and which accounts it covers.</summary>
internal static class Usage
{
    /// <param name="TradesCount">Entries that a broker took, since sign-up.</param>
    /// <param name="TradesLimit"><c>null</c> is no limit.</param>
    /// <param name="TrialDaysLeft">Days of 24 hours, with their fraction; 0 when it is over, <c>null</c> on another plan.</param>
    /// <param name="TrialEndsAt">The exact end.</param>
    /// <param name="EntriesAllowed">Whether plan and trial let new trades through. Closing always works.</param>
    /// <param name="BlockCode">Why not.</param>
    /// <param name="BlockText">The same as a sentence.</param>
    internal sealed record View(
        string Plan, long TradesCount, int? TradesLimit, decimal? TrialDaysLeft, DateTimeOffset? TrialStart, DateTimeOffset? TrialEndsAt,
        bool EntriesAllowed, string? BlockCode, string? BlockText, int Brokers, int AccountsCount, PlanEndpoints.LimitsView Limits,
        IReadOnlyList<AccountLine> Accounts);

    /// <param name="ExitOnly">Beyond the plan: it can close positions, and not open new ones.</param>
    internal sealed record AccountLine(Guid Id, string Broker, string Name, string Mode, bool ExitOnly);

    /// <param name="AccountIds">The accounts to keep in use, the most important first. Those that are not named come after them, the oldest
    /// first.</param>
    internal sealed record Choice(Guid[]? AccountIds);

    internal static async Task<Ok<View>> Get(
        TenantDb db, TenantContext tenant, Entitlements entitlements, TimeProvider clock, CancellationToken ct) =>
            TypedResults.Ok(await db.RunSqlAsync(async connection =>
                await ReadAsync(await entitlements.FindAsync(tenant.Tenant, connection, ct), clock.GetUtcNow(), connection, ct), ct));

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Choose(
        Choice choice, TenantDb db, TenantContext tenant, Entitlements entitlements, AuditLog audit, RedisBus bus, TimeProvider clock,
        CancellationToken ct)
    {
        if (choice.AccountIds is not { Length: <= 500 } ids) return Problem.Invalid("account_ids", "Name the accounts to keep in use.");
        if (ids.Distinct().Count() != ids.Length) return Problem.Invalid("account_ids", "Name each account once.");
        var (view, changed) = await db.RunSqlAsync<(View?, IReadOnlyList<Guid>)>(async connection =>
        {
            var entitlement = await entitlements.LockAsync(tenant.Wall, connection, ct);
            if (await CountAsync(ids, connection, ct) != ids.Length) return (null, []);
            await RankAsync(ids, connection, ct);
            var changed = await AccountsWithinPlan.ApplyAsync(tenant.Wall, entitlement.Plan.Limits, connection, ct);
            if (changed.Count > 0)
                await audit.WriteAsync(tenant.Tenant, tenant.User, "billing.accounts_chosen", string.Join(' ', ids), null, connection, ct);
            return (await ReadAsync(entitlement, clock.GetUtcNow(), connection, ct), changed);
        }, ct);
        if (view is null) return Problem.Invalid("account_ids", "One of these is no account of yours.");
        foreach (var account in changed) bus.Publish(Topics.AccountChanged, account.ToString());
        return TypedResults.Ok(view);
    }

    private static async Task<long> CountAsync(Guid[] ids, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select count(*) from accounts.accounts where id = any ($1) and deleted_at is null", connection);
        command.Parameters.AddWithValue(ids);
        return await command.ExecuteScalarAsync(ct) is long count ? count : 0;
    }

    private static async Task RankAsync(Guid[] ids, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update accounts.accounts set plan_rank = array_position($1, id) where deleted_at is null", connection);
        command.Parameters.AddWithValue(ids);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<View> ReadAsync(
        Entitlement entitlement, DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct)
    {
        List<AccountLine> accounts = [];
        await using (var command = new NpgsqlCommand(
            "select id, broker, name, mode, exit_only from accounts.accounts where deleted_at is null order by created_at, id", connection))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) accounts.Add(new AccountLine(reader.GetGuid(0), reader.GetString(1), reader.GetString(2),
                reader.GetString(3), reader.GetBoolean(4)));
        await using var count = new NpgsqlCommand("select trades_count from billing.usage_counters", connection);
        var trades = await count.ExecuteScalarAsync(ct) is long taken ? taken : 0;
        var block = entitlement.BlockAt(now, trades);
        return new View(
            entitlement.Plan.Slug, trades, entitlement.TradesLimit, entitlement.TrialEndsAt is { } end
                ? Math.Max(0, Math.Round((decimal)(end - now).TotalDays, 4)) : null, entitlement.TrialStart, entitlement.TrialEndsAt,
            block is null, block?.Code, block?.Text, accounts.Select(account => account.Broker).Distinct(StringComparer.Ordinal).Count(),
            accounts.Count, PlanEndpoints.ViewOf(entitlement.Plan.Limits), accounts);
    }
}
