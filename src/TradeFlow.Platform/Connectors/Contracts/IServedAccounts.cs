using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>Tells how to log an account in. The module that owns the accounts answers.</summary>
internal interface IServedAccounts
{
    /// <returns>The log-in of the account, opened for this one use, or <c>null</c> when there is no such account any more.</returns>
    Task<SessionAccount?> FindAsync(AccountId account, CancellationToken ct);
}

/// <summary>One account with what it takes to log in. Never kept, never logged.</summary>
internal sealed record SessionAccount(
    AccountId Account, TenantId Tenant, string Broker, string Mode, string? BrokerAccountId,
    IReadOnlyDictionary<string, string> Credentials)
{
    /// <summary>Version of the Connect form that the credentials were stored with.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>When its user last logged in to the broker here.</summary>
    public DateTimeOffset LoggedInAt { get; init; }

    public override string ToString() => $"{Broker} {Account}";
}
