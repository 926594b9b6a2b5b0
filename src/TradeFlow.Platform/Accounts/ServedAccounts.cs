using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>Tells the connectors how to log an account in.</summary>
internal sealed class ServedAccounts(WorkerAccounts accounts) : IServedAccounts
{
    public async Task<SessionAccount?> FindAsync(AccountId account, CancellationToken ct)
    {
        if (await accounts.FindAsync(account, ct) is not { } served) return null;
        var credentials = await accounts.OpenCredentialsAsync(account, ct);
        return new SessionAccount(account, served.Account.TenantId, served.Account.Broker, served.Account.Mode, served.BrokerAccountId, credentials);
    }
}
