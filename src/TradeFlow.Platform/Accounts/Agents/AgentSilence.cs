using System.Globalization;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Accounts.Agents;

/// <summary>Notes that a terminal has fallen silent, and tells its owner once.</summary>
internal sealed class AgentSilence(WorkerAccounts accounts, Notifications notices) : IAgentSilence
{
    public async Task OfflineAsync(AccountId account, TenantId tenant, DateTimeOffset since, bool isNews, CancellationToken ct)
    {
        if (await accounts.FindAsync(account, ct) is not { } served) return;
        var reason = $"The terminal has not reported since {since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC.";
        if (isNews)
        {
            // Told first, noted second: a crash in between tells twice rather than never.
            await notices.AddAsync(tenant, "warning", "account.offline",
                $"{served.Name}: {reason} Until it is back, entries are refused. Open positions keep the stops that the broker has.", $$"""{"account_id":"{{account}}"}""", ct);
        }
        if (isNews || served.Account.Status != AccountStatuses.Offline) await accounts.SetStateAsync(account, AccountStatuses.Offline, reason, null, null, null, ct);
    }
}
