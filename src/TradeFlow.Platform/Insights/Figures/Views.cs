namespace TradeFlow.Platform.Insights.Figures;

/// <summary>A round trip: from flat to flat in one account and symbol, with its partial closes.</summary>
internal sealed record TradeView
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>The account's name.</summary>
    public required string Account { get; init; }
    public required string Broker { get; init; }
    public required string Symbol { get; init; }

    /// <summary><c>BUY</c> or <c>SELL</c>: of its entry.</summary>
    public required string Side { get; init; }
    public required decimal Qty { get; init; }

    /// <summary><c>null</c> when it was entered before anything was known of the account.</summary>
    public required DateTimeOffset? EntryTime { get; init; }

    /// <summary>Average over its fills.</summary>
    public required decimal? EntryPrice { get; init; }
    public required DateTimeOffset ExitTime { get; init; }
    public required decimal? ExitPrice { get; init; }

    /// <summary>Before fees. <c>null</c> when nobody can tell: such a trade is in no figure.</summary>
    public required decimal? GrossPnl { get; init; }
    public required decimal Fees { get; init; }
    public required decimal? NetPnl { get; init; }

    /// <summary>What it would have lost at the stops that its entries were sent with; <c>null</c> when one of them had none.</summary>
    public required decimal? Risk { get; init; }

    /// <summary>net_pnl / risk: the profit in units of what was risked (R).</summary>
    public required decimal? RMultiple { get; init; }
    public required string Currency { get; init; }

    /// <summary>Against the price that the signal named, entry and exit together, for a quantity of one; more than 0 is worse.</summary>
    public required decimal? SlippageTicks { get; init; }

    /// <summary>Of the whole quantity.</summary>
    public required decimal? SlippageMoney { get; init; }
    public required string? Strategy { get; init; }

    /// <summary>The signal that entered.</summary>
    public required Guid? WebhookId { get; init; }
    public required string? Note { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
}

/// <summary>
/// Amounts are of one currency: with trades in several they are <c>null</c> here, and each currency has its own in
/// <see cref="ByCurrency"/>.
/// </summary>
internal sealed record SummaryView
{
    public required string? Currency { get; init; }
    public required int Trades { get; init; }

    /// <summary>Trades with a profit after fees.</summary>
    public required int Wins { get; init; }
    public required int Losses { get; init; }

    /// <summary>wins / (wins + losses).</summary>
    public required decimal? WinRate { get; init; }

    /// <summary>Of the trades whose entry was seen.</summary>
    public required decimal? AverageHoldSeconds { get; init; }
    public required decimal? NetPnl { get; init; }

    /// <summary>Before fees, of the trades that made something before fees.</summary>
    public required decimal? GrossProfit { get; init; }
    public required decimal? GrossLoss { get; init; }
    public required decimal? Fees { get; init; }

    /// <summary>gross_profit / gross_loss; <c>null</c> without losses.</summary>
    public required decimal? ProfitFactor { get; init; }

    /// <summary>net_pnl / trades.</summary>
    public required decimal? Expectancy { get; init; }

    /// <summary>
    /// The average of r_multiple: what a trade with a stop makes for each 1 that it risks. <c>null</c> when none had a stop.
    /// </summary>
    public required decimal? AverageR { get; init; }

    /// <summary>The trades that have an r_multiple.</summary>
    public required int TradesWithRisk { get; init; }

    /// <summary>The deepest fall of the cumulated net_pnl, in the order of exits, from its highest before (0 at first).</summary>
    public required decimal? MaxDrawdown { get; init; }
    public required IReadOnlyList<CurrencySummary> ByCurrency { get; init; }

    /// <summary>The zone that days and hours are told by.</summary>
    public required string Timezone { get; init; }
}

internal sealed record CurrencySummary(
    string Currency, int Trades, int Wins, int Losses, decimal? WinRate, decimal? AverageHoldSeconds, decimal NetPnl, decimal GrossProfit,
    decimal GrossLoss, decimal Fees, decimal? ProfitFactor, decimal? Expectancy, decimal? AverageR, int TradesWithRisk,
    decimal MaxDrawdown);

/// <param name="Key">What the row is of; <c>null</c> where trades have none, such as no strategy.</param>
internal sealed record KeyRow(
    string? Key, string Currency, int Trades, int Wins, int Losses, decimal GrossProfit, decimal GrossLoss, decimal Fees, decimal NetPnl);
