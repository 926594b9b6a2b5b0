namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>An account that a Worker serves.</summary>
/// <param name="BrokerAccountId">The broker's own id of it.</param>
/// <param name="Name">Its name for people.</param>
internal sealed record ServedAccount(AccountContext Account, string BrokerAccountId, string Name);
