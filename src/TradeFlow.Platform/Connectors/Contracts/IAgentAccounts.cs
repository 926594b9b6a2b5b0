using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>The account that an agent's key belongs to.</summary>
/// <param name="Key">Id of the key.</param>
/// <param name="IsActive">It counts as reporting already.</param>
internal sealed record AgentAccount(AccountId Account, TenantId Tenant, Guid Key, bool IsActive);

/// <summary>What the agents' endpoint asks of the module that owns the accounts.</summary>
internal interface IAgentAccounts
{
    /// <returns>The account of the key, or <c>null</c> when there is none. A disabled account still reports: what is open must be seen and
    /// closed.</returns>
    ValueTask<AgentAccount?> FindAsync(string agentKey, CancellationToken ct);

    /// <summary>It reports, for the first time or again.</summary>
    Task OnlineAsync(AgentAccount account, decimal balance, decimal equity, string currency, CancellationToken ct);
}

/// <summary>An agent that has missed three reports.</summary>
/// <param name="Since">Its last report.</param>
/// <param name="IsNews">False when it was told before and is only made sure of.</param>
/// <param name="HasKey">False for an account from before agents had keys of their own: it cannot report until its owner gives it
/// one.</param>
internal sealed record SilentAgent(AccountId Account, TenantId Tenant, DateTimeOffset Since, bool IsNews, bool HasKey);

/// <summary>What the Worker's watch tells the module that owns the accounts.</summary>
internal interface IAgentNews
{
    Task OfflineAsync(SilentAgent silent, CancellationToken ct);

    /// <summary>An instance that has not held the account before has taken it over from another one.</summary>
    /// <param name="account">The account.</param>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="at">When.</param>
    /// <param name="program">Platform and version of the program that reports now.</param>
    /// <param name="connection">The transaction that forgets the news.</param>
    /// <param name="ct">Cancels.</param>
    Task TakenOverAsync(
        AccountId account, TenantId tenant, DateTimeOffset at, string program, NpgsqlConnection connection, CancellationToken ct);
}
