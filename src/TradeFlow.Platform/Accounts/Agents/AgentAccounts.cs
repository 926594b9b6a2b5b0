using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Agents;

/// <summary>Knows the accounts by the keys of their terminals, and notes that one reports.</summary>
internal sealed class AgentAccounts(
    Database database, ApiKeys keys, SigningSecrets secrets, RedisBus bus, TimeProvider clock, KeyIndex alerts, WorkerAccounts states)
    : IAgentAccounts, IDisposable
{
    private readonly KeyIndex agents = KeyIndex.OfAgents(database, keys, secrets, bus, clock);

    public async ValueTask<AgentAccount?> FindAsync(string agentKey, CancellationToken ct) =>
        await agents.FindKeyAsync(agentKey, ct) is var (account, key)
            ? new AgentAccount(account.AccountId, account.TenantId, key, account.Status == AccountStatuses.Active)
            : null;

    public async Task OnlineAsync(AgentAccount account, decimal balance, decimal equity, string currency, CancellationToken ct)
    {
        await states.SetStateAsync(account.Account, AccountStatuses.Active, null, balance, equity, currency, ct);
        // Without waiting for Redis: the next report here must not do it again, and the next signal must see it.
        await agents.ReloadAsync(account.Account);
        await alerts.ReloadAsync(account.Account);
    }

    public void Dispose() => agents.Dispose();
}
