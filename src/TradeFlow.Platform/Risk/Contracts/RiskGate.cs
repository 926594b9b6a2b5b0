using System.Collections.Concurrent;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Calendar;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Rules;

namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>
/// Decides on an entry as far as it can be decided before the record: plan and trial, then the risk rules in their order. Limits and plan
/// are kept beside the version of the account, which grows with every change of them, until a change that waits takes effect; the record
/// compares that version, and asks again when it is an old one. Exits never come here.
/// </summary>
internal sealed class RiskGate(RuleList rules, Entitlements plans, EconomicCalendar calendar, Database database)
{
    private const int MostAccounts = 100_000;
    public const int Refused = 403;

    private readonly ConcurrentDictionary<AccountId, Known> known = new();

    /// <param name="use">What the strategy that it came from may do; <c>null</c> where the account's own key was shown.</param>
    /// <exception cref="NpgsqlException">The limits cannot be read: the entry must not pass.</exception>
    public async ValueTask<EntryGate> DecideAsync(
        AccountContext account, EntryAim aim, DateTimeOffset at, CancellationToken ct, StrategyUse? use = null)
    {
        var limits = known.TryGetValue(account.AccountId, out var kept) && kept.Version == account.Version
            && !(at >= kept.Config.NextChangeAt)
            ? kept
            : await ReadAsync(account, at, ct);
        List<EntryCheck> checks = [.. StrategyChecks(use, limits.Plan), .. PlanChecks(limits.Plan, at)];
        if (limits.Config.Enabled)
        {
            var facts = new EntryFacts
            {
                Config = limits.Config,
                At = at,
                Names = aim.Names,
                Currency = account.Currency,
                News = limits.Config.NewsLockoutEnabled ? await calendar.CurrentAsync(ct) : CalendarView.Empty,
            };
            foreach (var rule in rules.All) checks.Add(Check(rule, facts));
        }
        return new EntryGate(checks, account.Currency,
            aim.ClosesFirst is { } side ? new GivenUp(account.AccountId, aim.Names, side) : null);
    }

    /// <summary>The same, with what is counted as it stands now: nothing is taken or held.</summary>
    public async Task<IReadOnlyList<EntryCheckResult>> PreviewAsync(
        AccountContext account, EntryAim aim, DateTimeOffset at, CancellationToken ct)
    {
        var gate = await DecideAsync(account, aim, at, ct);
        if (gate.Json is null) return [.. gate.Results([])];
        await using var command = database.System.CreateCommand("select measured from risk.refusal_of_entry($1, $2)");
        command.Parameters.AddWithValue(account.TenantId.Value);
        command.Parameters.AddJson(gate.Json);
        return [.. gate.Results((decimal[])(await command.ExecuteScalarAsync(ct))!)]; // measured is never null when there is a gate
    }

    // A limit that cannot be evaluated lets no entry pass.
    private static EntryCheck Check(IRiskRule rule, EntryFacts facts)
    {
        try
        {
            return new EntryCheck(rule.Code, Refused, rule.Decide(facts));
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            return new EntryCheck(RiskCodes.NotEvaluated, Refused, new RuleVerdict.Denied(
                $"The time zone {facts.Config.TradingHoursTimezone} of your risk settings is not known any more: choose it again."));
        }
    }

    private static IEnumerable<EntryCheck> StrategyChecks(StrategyUse? use, Entitlement plan)
    {
        if (use is null) yield break;
        yield return new EntryCheck(StrategyUse.Inactive, Refused, use.IsActive
            ? new RuleVerdict.Passed()
            : new RuleVerdict.Denied("The strategy is switched off for this account: it gets out of what it holds, and enters nothing."));
        if (use.Place is not { } place || plan.Plan.Limits.Strategies is not { } limit) yield break;
        yield return new EntryCheck(BillingProblems.PlanLimitReached, EntryBlock.HttpStatus, place <= limit
            ? new RuleVerdict.Passed()
            : new RuleVerdict.Denied(StrategyUse.BeyondPlan(plan.Plan), limit, place));
    }

    private static IEnumerable<EntryCheck> PlanChecks(Entitlement plan, DateTimeOffset at)
    {
        if (plan.TradesLimit is { } limit) yield return new EntryCheck(plan.TradesUsedUp.Code, EntryBlock.HttpStatus,
            new RuleVerdict.Counted(Measure.TradesEver, limit, plan.TradesUsedUp.Text));
        if (plan.EntriesEnd is { } end)
            yield return new EntryCheck(end.Code, EntryBlock.HttpStatus,
                plan.BlockAt(at) is null ? new RuleVerdict.Passed() : new RuleVerdict.Denied(end.Text, end.Limit, end.Value));
    }

    // After the account was read: what is read here is at least as new as its version, and a change in between makes the record find that
    // version old.
    private async Task<Known> ReadAsync(AccountContext account, DateTimeOffset at, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        var read = new Known(account.Version, await RiskConfigStore.FindAsync(account.TenantId, at, connection, ct),
            await plans.FindAsync(account.TenantId, connection, ct));
        if (known.Count >= MostAccounts) known.Clear();
        return known[account.AccountId] = read;
    }

    private sealed record Known(long Version, RiskConfig Config, Entitlement Plan);
}
