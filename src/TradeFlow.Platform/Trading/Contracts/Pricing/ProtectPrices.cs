using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Contracts.Pricing;

/// <summary>The stop and target that an open position gets: <c>null</c> leaves one as it is, zero takes it away.</summary>
/// <param name="Fault">Why it cannot be so, and the field.</param>
internal sealed record ProtectPlan(decimal? StopLoss, decimal? TakeProfit, (string Field, string Words)? Fault = null)
{
    public bool ChangesNothing => this is { StopLoss: null, TakeProfit: null, Fault: null };
}

/// <summary>Where the stop and target of a position go. Distances count from its entry. Pure.</summary>
internal static class ProtectPrices
{
    /// <param name="market">What the position would be closed at now; <c>null</c> when nobody says: then the broker judges.</param>
    public static ProtectPlan From(TradeIntent intent, PositionReport position, Instrument instrument, decimal? market)
    {
        var up = position.Side == Side.Buy ? 1 : -1;
        var entry = position.AveragePrice;
        decimal? stop, target = null;
        if (intent.Action == TradeAction.Breakeven)
        {
            stop = Grid.Nearest(entry + (up * (intent.Offset is { } offset ? Distance(offset, entry, instrument) : 0)),
                instrument.TickSize);
            // A stop that is nearer to the market stays where it is.
            if (position.StopLoss is { } now && now > 0 && (now - stop.Value) * up >= 0) return new ProtectPlan(null, null);
        }
        else
        {
            stop = intent.RemovesStop ? 0 : intent.StopLoss is { } sl ? Price(sl, entry, -up, instrument) : null;
            var risk = stop is > 0 ? stop : position.StopLoss is > 0 ? position.StopLoss : null;
            if (intent.RemovesTarget) target = 0;
            else if (intent.TakeProfit is { Mode: PriceMode.Rr } rr)
            {
                if (risk is not { } from)
                    return new ProtectPlan(null, null, ("intent.tp", "rr is a multiple of the stop's distance: give an sl."));
                target = Grid.Nearest(entry + (up * rr.Value * Math.Abs(entry - from)), instrument.TickSize);
            }
            else if (intent.TakeProfit is { } tp) target = Price(tp, entry, up, instrument);
        }
        if (market is { } price)
        {
            if (OrderPrices.TooFar("stop loss", "sl", intent.StopLoss, price) is { } farStop)
                return new ProtectPlan(null, null, ("intent.sl.value", farStop));
            if (OrderPrices.TooFar("take profit", "tp", intent.TakeProfit, price) is { } farTarget)
                return new ProtectPlan(null, null, ("intent.tp.value", farTarget));
            if (stop is > 0 && (price - stop.Value) * up <= 0)
                return new ProtectPlan(null, null, (intent.Action == TradeAction.Breakeven ? "intent.action" : "intent.sl.value",
                    Wrong("stop loss", stop.Value, price, below: up > 0)));
            if (target is > 0 && (target.Value - price) * up <= 0)
                return new ProtectPlan(null, null, ("intent.tp.value", Wrong("take profit", target.Value, price, below: up < 0)));
        }
        return stop is < 0 || target is < 0
            ? new ProtectPlan(null, null, ("intent", "The price comes out below zero."))
            : new ProtectPlan(Change(stop, position.StopLoss), Change(target, position.TakeProfit));
    }

    // None, and one that is to be taken away, are the same.
    private static decimal? Change(decimal? wanted, decimal? now) => wanted == (now ?? 0) ? null : wanted;

    private static decimal Price(PriceRule rule, decimal entry, int direction, Instrument instrument) =>
        Grid.Nearest(rule.Mode == PriceMode.Price ? rule.Value : entry + (direction * Distance(rule, entry, instrument)),
            instrument.TickSize);

    private static decimal Distance(PriceRule rule, decimal entry, Instrument instrument) => rule.Mode switch
    {
        PriceMode.Pips => rule.Value * Pips.Of(instrument),
        PriceMode.Percent => entry * rule.Value / 100,
        PriceMode.Ticks => rule.Value * instrument.TickSize,
        _ => rule.Value,
    };

    private static string Wrong(string what, decimal price, decimal market, bool below) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The {what} would be {price:0.##########}, and the market is at {market:0.##########}: it must be {(below ? "below" : "above")} that.");
}
