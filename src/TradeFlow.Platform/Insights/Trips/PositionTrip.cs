namespace TradeFlow.Platform.Insights.Trips;

/// <summary>The trip of a closed position that no fill tells of: not every broker tells them.</summary>
internal static class PositionTrip
{
    public static RoundTrip Of(BookedPosition position, DateTimeOffset closedAt, PointValue? value)
    {
        // What our closes have not filled went at the broker, at a price near the last that was seen.
        var rest = position.ClosedWhole ? 0 : position.Qty;
        var qty = position.ClosedQty + rest;
        var price = position.ClosedQty == 0 ? position.LastPrice
            : rest == 0 ? position.ClosedPrice
            : ((position.ClosedPrice * position.ClosedQty) + (position.LastPrice * rest)) / qty;
        var risk = new EntryRisk(position.IsLong);
        risk.Add(position.EntryPrice, position.Stop, qty);
        var taken = risk.Money(value);
        return new RoundTrip
        {
            Id = position.Id,
            Symbol = position.Symbol,
            Side = position.IsLong ? "BUY" : "SELL",
            Qty = qty,
            EntryAt = position.OpenedAt,
            EntryPrice = position.EntryPrice,
            ExitAt = closedAt,
            ExitPrice = price is { } known ? Math.Round(known, 10) : null,
            GrossPnl = position.RealizedPnl,
            Fees = 0,
            NetPnl = position.RealizedPnl,
            Risk = taken,
            RMultiple = EntryRisk.Multiple(position.RealizedPnl, taken),
            SlippageTicks = null,
            SlippageMoney = null,
            Strategy = position.Strategy,
            WebhookId = position.Webhook,
            PositionId = position.Id,
            FirstFill = null,
            LastFill = null,
            Turned = 0,
        };
    }
}
