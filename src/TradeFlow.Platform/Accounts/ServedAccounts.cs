using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>Tells the connectors how to log an account in.</summary>
internal sealed class ServedAccounts(WorkerAccounts accounts) : IServedAccounts
{
    // An account that is deleted between the two reads has no credentials any more.
    public async Task<SessionAccount?> FindAsync(AccountId account, CancellationToken ct) =>
        await accounts.FindAsync(account, ct) is { } served && await accounts.TryOpenCredentialsAsync(account, ct) is { } credentials
            ? new SessionAccount(account, served.Account.TenantId, served.Account.Broker, served.Account.Mode, served.BrokerAccountId,
                credentials.Fields)
            {
                SchemaVersion = credentials.SchemaVersion, LoggedInAt = credentials.StoredAt,
            }
            : null;
}
