using System.Collections.Concurrent;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Priced;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Risk.Rules.Own;

namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>
/// The rules that look at an entry when its size and its prices are known: asked just before it is sent, one entry of a tenant after the
/// other, and what passes counts from then on. Exits never come here.
/// </summary>
internal sealed class PricedGate(RuleList rules, Database database, TimeProvider clock)
{
    private const int MostAccounts = 100_000;
    private readonly ConcurrentDictionary<AccountId, (long Version, DateTimeOffset? Until, bool IsNeeded)> known = new();

    /// <summary>
    /// False when no rule of the tenant looks at prices: kept beside the version of the account, which grows with every change of the
    /// limits.
    /// </summary>
    public async ValueTask<bool> IsNeededAsync(AccountContext account, CancellationToken ct)
    {
        if (known.TryGetValue(account.AccountId, out var kept) && kept.Version == account.Version && !(clock.GetUtcNow() >= kept.Until))
            return kept.IsNeeded;
        await using var connection = await database.System.OpenConnectionAsync(ct);
        var (config, own) = await ReadAsync(account.TenantId, connection, ct);
        if (known.Count >= MostAccounts) known.Clear();
        var isNeeded = On(config, own).Any();
        known[account.AccountId] = (account.Version, config.NextChangeAt, isNeeded);
        return isNeeded;
    }

    /// <summary>
    /// Decides under the tenant's turn. An entry that passes is noted with its risk, so that the next one counts it; one that does not is
    /// refused for good, both in the commit of this decision.
    /// </summary>
    /// <param name="risk">What it loses at its stop, in the account's currency; <c>null</c> when it has none, or when nobody can
    /// tell.</param>
    /// <returns>False when it was refused, or was not ours to send any more.</returns>
    /// <exception cref="NpgsqlException">It could not be decided: the entry must not be sent.</exception>
    public async Task<bool> AdmitAsync(AccountContext account, Guid order, long epoch, decimal? risk, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await OrderRisk.TakeTurnAsync(account.TenantId, connection, ct);
        var refusal = (await DecideAsync(account, order, risk, connection, ct)).FirstOrDefault(result => !result.Passed);
        var isAdmitted = refusal is null
            ? await OrderRisk.NoteAsync(order, risk, connection, ct)
            : await OrderRisk.RefuseAsync(order, epoch, refusal, connection, ct);
        await transaction.CommitAsync(ct);
        return isAdmitted;
    }

    /// <summary>The same, without noting or refusing anything.</summary>
    public async Task<IReadOnlyList<EntryCheckResult>> PreviewAsync(AccountContext account, decimal? risk, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        return await DecideAsync(account, null, risk, connection, ct);
    }

    private async Task<List<EntryCheckResult>> DecideAsync(
        AccountContext account, Guid? order, decimal? risk, NpgsqlConnection connection, CancellationToken ct)
    {
        var (config, own) = await ReadAsync(account.TenantId, connection, ct);
        List<(IPricedRule Rule, OwnSettings Settings)> on = [.. On(config, own)];
        if (on.Count == 0) return [];
        var loss = await OrderRisk.LossOfDayAsync(account, config.DayStart(clock.GetUtcNow()), connection, ct);
        var open = await OrderRisk.OpenAsync(account, order, connection, ct);
        List<EntryCheckResult> results = [];
        foreach (var (rule, settings) in on)
        {
            var verdict = rule.Decide(new PricedFacts
            {
                Config = config, Settings = settings, Currency = account.Currency, Risk = risk, LossOfDay = loss, Open = open,
            });
            results.Add(verdict switch
            {
                RuleVerdict.Denied denied => new EntryCheckResult(rule.Code, false, denied.Text, denied.Limit, denied.Value),
                RuleVerdict.Passed passed => new EntryCheckResult(rule.Code, true, null, passed.Limit, passed.Value),
                _ => throw new NotSupportedException($"{rule.Code}: what is counted here is among the facts."),
            });
            if (verdict is RuleVerdict.Denied) break;
        }
        return results;
    }

    private IEnumerable<(IPricedRule Rule, OwnSettings Settings)> On(RiskConfig config, IReadOnlyDictionary<string, OwnSettings> own) =>
        !config.Enabled
            ? []
            : rules.Priced.Select(rule => (Rule: rule, Settings: own[rule.Code])).Where(one => one.Rule.IsOn(config, one.Settings));

    private async Task<(RiskConfig Config, IReadOnlyDictionary<string, OwnSettings> Own)> ReadAsync(
        TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return (await RiskConfigStore.FindAsync(tenant, now, connection, ct),
            await OwnSettingsStore.HoldingAsync(tenant, now, rules, connection, ct));
    }
}
