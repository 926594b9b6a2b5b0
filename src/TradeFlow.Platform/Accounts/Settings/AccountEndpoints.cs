using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>Reads, settings and the end of an account.</summary>
internal static class AccountEndpoints
{
    private const decimal LargestMultiplier = 100;

    private const int LargestAge = 86_400;
    private const decimal LargestSize = 1_000_000_000;

    internal sealed record Patch(
        bool? Enabled = null, string? Name = null, decimal? Multiplier = null, int? DedupeSeconds = null, string? OnGap = null,
        bool? TradingviewOnly = null)
    {
        /// <summary>Null takes the limit away; leaving it out leaves it as it is.</summary>
        public int? MaxAgeSeconds
        {
            get;
            init
            {
                field = value;
                NamesMaxAge = true;
            }
        }

        internal bool NamesMaxAge { get; private init; }

        /// <summary>How much an entry is for whose message does not say it. Null takes it away.</summary>
        public SizePatch? DefaultSize
        {
            get;
            init
            {
                field = value;
                NamesDefaultSize = true;
            }
        }

        internal bool NamesDefaultSize { get; private init; }

        /// <summary>
        /// What a bare number of a stop or target measures: <c>pips</c>, <c>price</c> or <c>percent</c>. Null takes it away.
        /// </summary>
        public string? StopUnit
        {
            get;
            init
            {
                field = value;
                NamesStopUnit = true;
            }
        }

        internal bool NamesStopUnit { get; private init; }
    }

    /// <param name="Mode"><c>risk_percent</c>, <c>risk_money</c>, <c>equity_percent</c> or <c>units</c>.</param>
    internal sealed record SizePatch(string? Mode = null, decimal? Value = null);

    internal static async Task<Ok<List<AccountView>>> List(TenantDb db, CancellationToken ct) =>
        TypedResults.Ok(
            await db.RunAsync(set => AccountView.Of(set, set.Set<Account>().Where(row => row.DeletedAt == null)).ToListAsync(ct), ct));

    internal static async Task<Results<Ok<AccountView>, ProblemHttpResult>> Get(Guid id, TenantDb db, CancellationToken ct) =>
        await db.RunAsync(set => AccountView.FindAsync(set, new AccountId(id), ct), ct) is { } view
            ? TypedResults.Ok(view) : Problem.NotFound();

    internal static async Task<Results<Ok<AccountView>, ProblemHttpResult>> Change(
        Guid id, Patch patch, HttpContext http, TenantContext tenant, TenantDb db, KeyIndex index, RedisBus bus, FreshProof proof,
        AuditLog audit, CancellationToken ct)
    {
        var account = new AccountId(id);
        var errors = Check(patch);
        ProblemHttpResult? refusal = null;
        var view = await db.RunAsync(async set =>
        {
            var rows = set.Set<Account>().Where(row => row.Id == account && row.DeletedAt == null);
            if (!await rows.AnyAsync(ct)) return null;
            // What takes an account out of an emergency stop asks for as much as the end of the stop does.
            if (patch.Enabled is true && await rows.AnyAsync(row => row.DisabledReason == AccountStops.Reason, ct))
                refusal = await proof.RefusalAsync(http, ct);
            if (refusal is null && errors.Count == 0 && await ApplyAsync(rows, patch, ct))
                await audit.WriteAsync(tenant.Tenant, tenant.User, "account.changed", id.ToString(), AccountsJson.Of(patch),
                    (NpgsqlConnection)set.Database.GetDbConnection(), ct);
            return await AccountView.FindAsync(set, account, ct);
        }, ct);
        if (view is null) return Problem.NotFound();
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (refusal is not null) return refusal;
        await TellAsync(account, index, bus);
        return TypedResults.Ok(view);
    }

    /// <summary>
    /// Ends the key and forgets the credentials. Orders and positions stay in the history, and nothing is sent to the broker.
    /// </summary>
    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, TenantContext tenant, TenantDb db, Entitlements entitlements, KeyIndex index, RedisBus bus, AuditLog audit,
        TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var freed = await db.RunSqlAsync<IReadOnlyList<Guid>?>(async connection =>
        {
            var entitlement = await entitlements.LockAsync(tenant.Wall, connection, ct);
            await using var command = new NpgsqlCommand("""
                with ended as (update accounts.accounts set deleted_at = $2, enabled = false, disabled_reason = 'deleted' where id = $1 and deleted_at is null returning id),
                     secrets as (delete from accounts.account_secrets where account_id in (select id from ended))
                select count(*) from ended
                """, connection);
            command.Parameters.AddWithValue(id);
            command.Parameters.AddWithValue(now);
            if (await command.ExecuteScalarAsync(ct) is not 1L) return null;
            // Its trigger updates the account's row, which one statement may do only once: so a statement of its own.
            await using var keys = new NpgsqlCommand("delete from accounts.api_keys where account_id = $1", connection);
            keys.Parameters.AddWithValue(id);
            await keys.ExecuteNonQueryAsync(ct);
            await SigningSecrets.RemoveAsync(connection, new AccountId(id), ct);
            await StoredState.ForgetAsync(connection, new AccountId(id), ct);
            await AgentPairing.EndAsync(connection, new AccountId(id), ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.deleted", id.ToString(), null, connection, ct);
            // Its place in the plan is free for one that was beyond it.
            return await AccountsWithinPlan.ApplyAsync(tenant.Wall, entitlement.Plan.Limits, connection, ct);
        }, ct);
        if (freed is null) return Problem.NotFound();
        foreach (var account in freed.Prepend(id)) await TellAsync(new AccountId(account), index, bus);
        return TypedResults.NoContent();
    }

    internal static async Task TellAsync(AccountId account, KeyIndex index, RedisBus bus)
    {
        await index.ReloadAsync(account);
        bus.Publish(Topics.AccountChanged, account.ToString());
    }

    private static async Task<bool> ApplyAsync(IQueryable<Account> rows, Patch patch, CancellationToken ct)
    {
        if (patch is
            {
                Enabled: null, Name: null, Multiplier: null, DedupeSeconds: null, OnGap: null, TradingviewOnly: null,
                NamesMaxAge: false, NamesDefaultSize: false, NamesStopUnit: false,
            }) return false;
        await rows.ExecuteUpdateAsync(change =>
        {
            if (patch.Enabled is { } enabled)
            {
                change.SetProperty(row => row.Enabled, enabled);
                change.SetProperty(row => row.DisabledReason, enabled ? null : "user");
            }
            if (patch.Name is { } name) change.SetProperty(row => row.Name, name.Trim());
            if (patch.Multiplier is { } multiplier) change.SetProperty(row => row.Multiplier, multiplier);
            if (patch.DedupeSeconds is { } seconds) change.SetProperty(row => row.DedupeSeconds, seconds);
            if (patch.OnGap is { } onGap) change.SetProperty(row => row.OnGap, onGap);
            if (patch.TradingviewOnly is { } only) change.SetProperty(row => row.TradingViewOnly, only);
            if (patch.NamesMaxAge) change.SetProperty(row => row.MaxAgeSeconds, patch.MaxAgeSeconds);
            if (patch.NamesDefaultSize)
            {
                change.SetProperty(row => row.DefaultSizeMode, patch.DefaultSize?.Mode);
                change.SetProperty(row => row.DefaultSizeValue, patch.DefaultSize?.Value);
            }
            if (patch.NamesStopUnit) change.SetProperty(row => row.StopUnit, patch.StopUnit);
        }, ct);
        return true;
    }

    private static Dictionary<string, string[]> Check(Patch patch)
    {
        Dictionary<string, string[]> errors = [];
        if (patch.Name is { } name && (name.Trim().Length is 0 or > 100 || name.Any(char.IsControl)))
            errors["name"] = ["Use 1 to 100 characters."];
        if (patch.Multiplier is { } multiplier && (multiplier is <= 0 or > LargestMultiplier || decimal.Round(multiplier, 4) != multiplier))
            errors["multiplier"] = [$"Use a number above 0 and up to {LargestMultiplier}, with at most 4 decimals."];
        if (patch.DedupeSeconds is < 0 or > 300) errors["dedupe_seconds"] = ["Use 0 to 300 seconds; 0 turns it off."];
        if (patch.MaxAgeSeconds is < 1 or > LargestAge)
            errors["max_age_seconds"] = [$"Use 1 to {LargestAge} seconds, or null for no limit."];
        if (patch.DefaultSize is { } size) CheckSize(size, errors);
        if (patch.StopUnit is not (null or "pips" or "price" or "percent"))
            errors["stop_unit"] = ["Use pips, price or percent, or null for none."];
        if (patch.OnGap is not (null or OnGap.Sync or OnGap.Hold)) errors["on_gap"] = ["Use sync or hold."];
        return errors;
    }

    private static void CheckSize(SizePatch size, Dictionary<string, string[]> errors)
    {
        if (size.Mode is not ("risk_percent" or "risk_money" or "equity_percent" or "units"))
            errors["default_size.mode"] = ["Use risk_percent, risk_money, equity_percent or units."];
        var most = size.Mode == "risk_percent" ? 100 : LargestSize;
        if (size.Value is not > 0 || size.Value > most || decimal.Round(size.Value.Value, 8) != size.Value)
            errors["default_size.value"] = [$"Use a number above 0 and up to {most}, with at most 8 decimals."];
    }
}
