using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>
/// How many signals a key may send: <c>RateLimits:Webhook:PerSecond</c> (30) with <c>RateLimits:Webhook:Burst</c> (60). All keys of a
/// tenant together: <c>RateLimits:Webhook:TenantPerSecond</c> (30), or 2 for each account that its plan allows where that is more, with a
/// burst of twice as many; never less than one key. A plan without a bound on accounts has none here. Each replica counts for itself, so
/// that a limit never needs Redis.
/// </summary>
internal sealed class SignalRates
{
    private const double PerAccount = 2;
    private readonly PlanCatalogue plans;
    private readonly RateBuckets ofKeys;
    private readonly RateBuckets ofTenants;
    private readonly SignalRate key;
    private readonly double tenantPerSecond;

    public SignalRates(IConfiguration configuration, PlanCatalogue plans, TimeProvider clock)
    {
        this.plans = plans;
        (ofKeys, ofTenants) = (new RateBuckets(clock), new RateBuckets(clock));
        key = new SignalRate(Setting(configuration, "RateLimits:Webhook:PerSecond", 30),
            Setting(configuration, "RateLimits:Webhook:Burst", 60));
        tenantPerSecond = Setting(configuration, "RateLimits:Webhook:TenantPerSecond", 30);
    }

    /// <param name="isExit">A tenant's limit never holds back what only gets out: another account's entries must not keep anybody in a
    /// position.</param>
    /// <returns><c>null</c> to go on.</returns>
    public RateWait? Take(AccountContext account, bool isExit) => Take(account.AccountId.Value, account.TenantId, account.Plan, isExit);

    /// <summary>The same for the key of a strategy, which counts once however many accounts follow it.</summary>
    public RateWait? Take(KnownStrategy strategy, bool isExit) => Take(strategy.Id.Value, strategy.Tenant, strategy.Plan, isExit);

    private RateWait? Take(Guid owner, TenantId tenant, string? plan, bool isExit)
    {
        if (ofKeys.Take(owner, key) is { } seconds) return new RateWait(seconds, IsOfTenant: false);
        if (OfTenant(plan) is not { } rate || ofTenants.Take(tenant.Value, rate) is not { } together || isExit) return null;
        return new RateWait(together, IsOfTenant: true);
    }

    private SignalRate? OfTenant(string? plan)
    {
        var perSecond = Math.Max(tenantPerSecond, key.PerSecond);
        if (plan is not null && plans.Find(plan)?.Limits is { } limits)
        {
            if (limits is not { Brokers: { } brokers, AccountsPerBroker: { } accounts }) return null;
            perSecond = Math.Max(perSecond, PerAccount * brokers * accounts);
        }
        return new SignalRate(perSecond, Math.Max(key.Burst, 2 * perSecond));
    }

    private static double Setting(IConfiguration configuration, string path, double standard)
    {
        var value = configuration.GetValue(path, standard);
        return value > 0 ? value : throw new InvalidOperationException($"{path} must be a number above 0.");
    }
}
