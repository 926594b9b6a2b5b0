using System.Globalization;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>What the account holds in one symbol, by side.</summary>
internal readonly record struct Held(decimal Long, decimal Short)
{
    public static Held Of(IEnumerable<(Side Side, decimal Quantity)> positions)
    {
        var held = default(Held);
        foreach (var (side, quantity) in positions)
            held = side == Side.Buy ? held with { Long = held.Long + quantity } : held with { Short = held.Short + quantity };
        return held;
    }

    public decimal On(TradeSide side) => side == TradeSide.Buy ? Long : Short;

    public override string ToString() => this switch
    {
        { Long: 0, Short: 0 } => "nothing",
        { Short: 0 } => string.Create(CultureInfo.InvariantCulture, $"long {Long:0.########}"),
        { Long: 0 } => string.Create(CultureInfo.InvariantCulture, $"short {Short:0.########}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"long {Long:0.########} and short {Short:0.########}"),
    };
}

/// <summary>From what is held to where the strategy is. Pure.</summary>
internal static class TargetPlan
{
    /// <returns>A close, a reverse or an open; <c>null</c> when the account is there.</returns>
    /// <param name="mayEnter">False where something refuses entries: then it gets out of what it must, and no more.</param>
    /// <param name="instrument">Of what is held; <c>null</c> when nothing is.</param>
    public static TradeIntent? From(TradeIntent intent, TargetRule target, Held held, Instrument? instrument, decimal factor, bool mayEnter)
    {
        var plain = intent with { Side = null, Qty = null, Exactly = null, Target = target with { WithoutEntry = false } };
        if (target.Position == HeldSide.Flat) return held is { Long: 0, Short: 0 } ? null : plain with { Action = TradeAction.Close };
        var side = target.Position == HeldSide.Long ? TradeSide.Buy : TradeSide.Sell;
        plain = plain with { Side = side };
        var other = OtherSide.Of(side);
        var mine = held.On(side);
        var enters = plain with { Qty = intent.Size is null ? target.Entry ?? target.Size : null };
        if (held.On(other) > 0 && target is { IsOrder: true, Entry: { } order } && intent.Size is null && instrument is not null)
            return Netted(plain, other, held.On(other),
                Grid.Down(Grid.Meant(order * factor, instrument.QuantityStep), instrument.QuantityStep), mayEnter);
        if (held.On(other) > 0)
            return mayEnter
                ? enters with { Action = TradeAction.Reverse } : Without(plain) with { Action = TradeAction.Close, Side = other };
        if (mine == 0 || instrument is null) return mayEnter ? enters with { Action = TradeAction.Open } : Without(plain);

        if (target.IsOrder) return mayEnter ? enters with { Action = TradeAction.Open } : Without(plain);
        var wanted = Wanted(intent, target, mine, instrument, factor);
        if (wanted == mine) return null;
        if (wanted < mine) return plain with { Action = TradeAction.Close, Exactly = mine - wanted };
        return mayEnter ? plain with { Action = TradeAction.Open, Exactly = wanted - mine } : Without(plain);
    }

    /// <summary>
    /// What is wrong with the size of a target that adds to a position; <c>null</c> when nothing. What is left of a position is rounded
    /// down, but what is entered is never another quantity than the sender named.
    /// </summary>
    public static string? MisfitOf(TradeIntent plan, TargetRule target, Instrument? instrument, decimal symbolFactor)
    {
        if (plan is not { Action: TradeAction.Open, Exactly: not null, Size: null } || instrument is null) return null;
        var size = Grid.Meant((target.Size ?? 0) * symbolFactor, instrument.QuantityStep);
        return Grid.Fits(size, instrument.QuantityStep) ? null : OrderSize.OffStep(size, instrument);
    }

    /// <summary>A sentence about a message that was missed.</summary>
    public static string GapWords(string symbol, TargetRule target, Held held)
    {
        var size = target is { Previous: not HeldSide.Flat, PreviousSize: { } before }
            ? string.Create(CultureInfo.InvariantCulture, $" {before:0.########}") : "";
        return $"A message of the strategy was missed: it was {target.Previous?.ToString().ToLowerInvariant()}{size} in {symbol} before this one, and the account holds {held}.";
    }

    /// <summary>The strategy held something else before than the account does: a message was missed.</summary>
    public static bool IsGap(TradeIntent intent, TargetRule target, Held held, Instrument? instrument, decimal factor)
    {
        if (target.Previous is not { } before) return false;
        if (before == HeldSide.Flat) return held is not { Long: 0, Short: 0 };
        var (mine, other) = before == HeldSide.Long ? (held.Long, held.Short) : (held.Short, held.Long);
        if (mine == 0 || other > 0) return true;
        // An account that is sized by its own rule holds another quantity than the strategy.
        return intent.Size is null && target.PreviousSize is { } size && instrument is not null
            && Grid.Down(size * factor, instrument.QuantityStep) != mine;
    }

    /// <summary>Says what it follows exactly, so that none is missed before it unless <see cref="IsGap"/>.</summary>
    public static bool TellsGap(TradeIntent intent, TargetRule target) =>
        target.Previous == HeldSide.Flat || (target is { Previous: not null, PreviousSize: not null } && intent.Size is null);

    private static decimal Wanted(TradeIntent intent, TargetRule target, decimal mine, Instrument instrument, decimal factor)
    {
        var step = instrument.QuantityStep;
        if (target.Entry is not null) return mine;
        if (intent.Size is null) return Grid.Down(Grid.Meant((target.Size ?? 0) * factor, step), step);
        if (target.Previous != target.Position || target is not { Size: { } now, PreviousSize: > 0 and { } before } || now == before)
            return mine;
        // The strategy is still in the position, so the account is.
        return Math.Max(Grid.Down(Math.Round(mine * now / before, 12), step), Math.Min(mine, instrument.MinQuantity));
    }

    // The order of a strategy that turns closes what was open and enters the rest.
    private static TradeIntent Netted(TradeIntent plain, TradeSide other, decimal open, decimal order, bool mayEnter)
    {
        if (order <= open) return plain with { Action = TradeAction.Close, Side = other, Exactly = order };
        return mayEnter ? plain with { Action = TradeAction.Reverse, Exactly = order - open }
            : Without(plain) with { Action = TradeAction.Close, Side = other };
    }

    // What is left of it that needs no entry; nothing here.
    private static TradeIntent Without(TradeIntent plain) =>
        plain with { Action = TradeAction.Target, Target = plain.Target! with { WithoutEntry = true } };
}
