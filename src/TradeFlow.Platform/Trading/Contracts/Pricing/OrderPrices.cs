using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Contracts.Pricing;

/// <summary>The prices of an order after its rules have been resolved, or what is wrong by field.</summary>
public sealed record PricePlan
{
    /// <summary>The price that distances count from; <c>null</c> when nothing needed one.</summary>
    public decimal? Entry { get; init; }

    /// <summary>Limit or trigger price on the tick grid.</summary>
    public decimal? Price { get; init; }
    public decimal? StopLoss { get; init; }
    public decimal? TakeProfit { get; init; }
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();
    public bool IsSound => Errors.Count == 0;
}

/// <summary>
/// Turns the stop and target of a signal into absolute prices: from the entry, on the tick grid, on the right side of the market. Pure.
/// </summary>
public static class OrderPrices
{
    // A stop or target beyond it is a distance in the place of a price: 25 pips on EURUSD.
    private const decimal FarthestShare = 0.5m;

    /// <summary>The nearest price that the instrument can have; <c>null</c> when there is none above zero.</summary>
    public static decimal? OnTick(decimal? price, Instrument instrument) =>
        price is { } written && Grid.Nearest(written, instrument.TickSize) is > 0 and var nearest ? nearest : null;

    /// <summary>True when the market must be asked before <see cref="Resolve"/>.</summary>
    public static bool NeedsQuote(TradeIntent intent) =>
        intent.Type == TradeType.Market && (intent.StopLoss is not null || intent.TakeProfit is not null || intent.Size is not null);

    /// <param name="bid">Best bid; for a limit or stop order it is not read.</param>
    /// <param name="ask">Best ask.</param>
    public static PricePlan Resolve(TradeIntent intent, Instrument instrument, TradeSide side, decimal? bid, decimal? ask)
    {
        Dictionary<string, string[]> errors = [];
        var tick = instrument.TickSize;
        var pending = intent.Type != TradeType.Market;
        decimal? price = pending && intent.Price is { } asked ? Grid.Nearest(asked, tick) : null;
        if (pending && price is not > 0)
            errors["intent.price"] = [$"A {intent.Type.ToString().ToLowerInvariant()} order needs a price above zero."];
        var entry = pending ? price : side == TradeSide.Buy ? ask : bid;
        // What closes the position stands on the other side of the spread: a long is stopped out at the bid.
        var exit = pending ? price : side == TradeSide.Buy ? bid : ask;
        if (intent.StopLoss is null && intent.TakeProfit is null || errors.Count > 0)
            return new PricePlan { Entry = entry, Price = price, Errors = errors };
        if (entry is not > 0 || exit is not > 0)
        {
            errors["intent.symbol"] = ["There is no price now to set a stop or target from."];
            return new PricePlan { Errors = errors };
        }

        var up = side == TradeSide.Buy ? 1 : -1;
        var stop = intent.StopLoss is { } sl ? Absolute(sl, entry.Value, -up, null) : null;
        if (intent.StopLoss is not null && stop is null) errors["intent.sl.mode"] = ["Use price, pips, ticks or percent for a stop."];
        decimal? target = null;
        if (intent.TakeProfit is { } tp)
        {
            if (tp.Mode == PriceMode.Rr && stop is null)
                errors.TryAdd("intent.tp", ["rr is a multiple of the stop's distance: give an sl."]);
            else target = Absolute(tp, entry.Value, up, stop);
        }
        if (stop is { } stopPrice)
        {
            if (TooFar("stop loss", "sl", intent.StopLoss, entry.Value) is { } far) errors["intent.sl.value"] = [far];
            else if (!Beyond(stopPrice, exit.Value, -up))
                errors["intent.sl.value"] = [WrongSide("stop loss", stopPrice, side, below: up > 0, exit.Value)];
        }
        if (target is { } targetPrice)
        {
            if (TooFar("take profit", "tp", intent.TakeProfit, entry.Value) is { } far) errors["intent.tp.value"] = [far];
            else if (!Beyond(targetPrice, entry.Value, up))
                errors["intent.tp.value"] = [WrongSide("take profit", targetPrice, side, below: up < 0, entry.Value)];
        }
        return new PricePlan { Entry = entry, Price = price, StopLoss = stop, TakeProfit = target, Errors = errors };

        decimal? Absolute(PriceRule rule, decimal from, int direction, decimal? stopPrice)
        {
            decimal? distance = rule.Mode switch
            {
                PriceMode.Pips => rule.Value * Pips.Of(instrument),
                PriceMode.Ticks => rule.Value * tick,
                PriceMode.Percent => from * rule.Value / 100,
                PriceMode.Rr when stopPrice is { } s => rule.Value * Math.Abs(from - s),
                _ => null,
            };
            if (rule.Mode == PriceMode.Price) return Grid.Nearest(rule.Value, tick);
            return distance is { } d ? Grid.Nearest(from + (direction * d), tick) : null;
        }
    }

    /// <summary>
    /// What is wrong with a price that is so far from the market that a distance must have been meant; <c>null</c> when nothing.
    /// </summary>
    internal static string? TooFar(string what, string name, PriceRule? rule, decimal market)
    {
        if (rule is not { Mode: PriceMode.Price, Value: var price } || Math.Abs(price - market) <= market * FarthestShare) return null;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The {what} {price:0.##########} is more than 50 % away from the market, {market:0.##########}. Were pips meant? Then write \"{name}\":{{\"mode\":\"pips\",\"value\":{price:0.####}}}.");
    }

    private static bool Beyond(decimal price, decimal market, int direction) =>
        price > 0 && (direction > 0 ? price > market : price < market);

    private static string WrongSide(string what, decimal price, TradeSide side, bool below, decimal market) =>
        price <= 0
            ? $"The {what} comes out at {price:0.##########}: it must be above zero."
            : $"The {what} of a {side.ToString().ToLowerInvariant()} must be {(below ? "below" : "above")} {market:0.##########}; it is {price:0.##########}.";
}
