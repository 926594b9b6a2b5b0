namespace TradeFlow.Platform.Insights.Trips;

/// <summary>How much worse than the price of the signal something was filled, over the fills whose signal named one.</summary>
internal sealed class Slippage
{
    private decimal qty;
    private decimal worse;

    public void Add(Fill fill, decimal part)
    {
        if (fill.SignalPrice is not { } wanted) return;
        qty += part;
        worse += (fill.IsBuy ? fill.Price - wanted : wanted - fill.Price) * part;
    }

    /// <summary>For a quantity of one, entry and exit together.</summary>
    public static decimal? Ticks(PointValue? value, Slippage entry, Slippage exit)
    {
        if (value is null || entry.qty + exit.qty == 0) return null;
        return Math.Round((entry.Mean + exit.Mean) / value.TickSize, 4);
    }

    /// <summary>Of all of it, in the account's currency.</summary>
    public static decimal? Money(PointValue? value, Slippage entry, Slippage exit) =>
        entry.qty + exit.qty == 0 ? null : value?.Money is { } point ? Math.Round((entry.worse + exit.worse) * point, 8) : null;

    private decimal Mean => qty == 0 ? 0 : worse / qty;
}
