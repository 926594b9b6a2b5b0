using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>An account that an emergency stop switched off, or a person switched on again.</summary>
/// <param name="WasEnabled">Whether it was on before.</param>
/// <param name="Event">The account as the sockets hear of it.</param>
internal sealed record SwitchedAccount(AccountId Id, bool WasEnabled, string Broker, string Name, string Status, string Event);
