using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>What an entry is in.</summary>
/// <param name="Names">The symbol by every name that is known of it: the sender's first, then the broker's. Canonical.</param>
internal sealed record EntryAim(IReadOnlyList<string> Names)
{
    /// <summary>
    /// The side (<c>BUY</c> or <c>SELL</c>) of the account's positions in it that are closed before it enters: each gives its place up.
    /// </summary>
    public string? ClosesFirst { get; init; }
}

/// <summary>The open positions that an entry closes first.</summary>
internal sealed record GivenUp(AccountId Account, IReadOnlyList<string> Names, string Side);
