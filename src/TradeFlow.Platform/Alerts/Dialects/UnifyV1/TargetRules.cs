using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>What a target must say: where the strategy is, and how large, or by which rule the account is sized.</summary>
internal static class TargetRules
{
    public static void Apply(IntentDraft draft, AlertReading alert)
    {
        Need(draft.Symbol is not null, "intent.symbol", "Give a symbol, such as EURUSD.");
        Need(draft.Position is not null, "intent.position", "Say long, short or flat: \"position\":\"{{strategy.market_position}}\".");
        if (draft.Side is not null) alert.Fault("intent.side", "A target has no side: position says where the strategy is.");
        if (draft.Qty is not null || draft.QtyIsPercent)
            alert.Fault("intent.qty", "A target has no qty: write position_size, the size of the position.");
        if (draft.Type is not (null or TradeType.Market)) alert.Fault("intent.type", "A target goes at market: leave type out.");
        // Nothing is flat, whatever the word beside it says.
        var isFlat = draft.Position == HeldSide.Flat || draft.PositionSize == 0 || draft.Size is { Value: 0 };
        if (!isFlat)
        {
            Need(draft.PositionSize is not null || draft.Size is not null || HasFaultUnder("intent.size"), "intent.position_size",
                "Give a position_size, or a size where the account is sized by a rule of its own.");
            if (draft.TakeProfit?.Mode == PriceMode.Rr && draft.StopLoss is null && !HasFaultUnder("intent.sl"))
                alert.Fault("intent.tp", "rr is a multiple of the stop's distance: give an sl.");
            if (draft.Size?.Mode is SizeMode.RiskPercent or SizeMode.RiskMoney && draft.StopLoss is null && !HasFaultUnder("intent.sl"))
                alert.Fault("intent.sl", "The size is measured by the distance to the stop: give an sl.");
            if (draft.Size is { Mode: SizeMode.RiskPercent, Value: > 100 })
                alert.Fault("intent.size.value", "It is a percentage: the most is 100.");
        }
        if (alert.Errors is not null) return;
        alert.Intent = new TradeIntent
        {
            Action = TradeAction.Target,
            Side = isFlat ? null : draft.Position == HeldSide.Long ? TradeSide.Buy : TradeSide.Sell,
            Symbol = draft.Symbol!, // needed above
            Size = isFlat ? null : draft.Size,
            Price = draft.Price,
            StopLoss = isFlat ? null : draft.StopLoss,
            TakeProfit = isFlat ? null : draft.TakeProfit,
            Target = new TargetRule
            {
                Position = isFlat ? HeldSide.Flat : draft.Position!.Value, // needed above
                Size = isFlat ? 0 : draft.PositionSize,
                // A position of nothing is flat.
                Previous = draft is { Previous: not null, PreviousSize: 0 } ? HeldSide.Flat : draft.Previous,
                PreviousSize = draft.PreviousSize,
                Time = alert.Time,
            },
        };

        bool HasFault(string path) => alert.Errors?.ContainsKey(path) ?? false;

        bool HasFaultUnder(string path) =>
            alert.Errors?.Keys.Any(key => key == path || key.StartsWith(path + ".", StringComparison.Ordinal)) ?? false;

        void Need(bool given, string path, string words)
        {
            if (!given && !HasFault(path)) alert.Fault(path, words);
        }
    }

    /// <summary>What only a target reads must not be lost in another command.</summary>
    public static void Refuse(IntentDraft draft, AlertReading alert)
    {
        var field = draft.Position is not null ? "position" : draft.PositionSize is not null ? "position_size"
            : draft.Previous is not null ? "prev_position" : draft.PreviousSize is not null ? "prev_position_size" : null;
        if (field is not null) alert.Fault("intent." + field, "That belongs to \"action\":\"target\".");
    }
}
