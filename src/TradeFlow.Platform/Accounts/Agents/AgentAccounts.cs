using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Agents;

/// <summary>Knows the accounts by their keys, and notes that one reports.</summary>
internal sealed class AgentAccounts(KeyIndex keys, WorkerAccounts states) : IAgentAccounts
{
    public async ValueTask<AgentAccount?> FindAsync(string apiKey, CancellationToken ct) =>
        await keys.FindAsync(apiKey, ct) is { } account ? new AgentAccount(account.AccountId, account.TenantId, account.Status == AccountStatuses.Active) : null;

    public async Task OnlineAsync(AgentAccount account, decimal balance, decimal equity, string currency, CancellationToken ct)
    {
        await states.SetStateAsync(account.Account, AccountStatuses.Active, null, balance, equity, currency, ct);
        // Without waiting for Redis: the next report here must not do it again, and the next signal must see it.
        await keys.ReloadAsync(account.Account);
    }
}
