using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>What moves the stops of open positions: a protect says where to, a breakeven knows.</summary>
internal static class ProtectRules
{
    public static void Apply(IntentDraft draft, TradeAction action, AlertReading alert)
    {
        if (draft.Symbol is null && alert.Errors?.ContainsKey("intent.symbol") != true)
            alert.Fault("intent.symbol", "Give a symbol, such as EURUSD.");
        if (draft.Qty is not null || draft.QtyIsPercent)
            alert.Fault("intent.qty", "A stop is moved for the whole position: leave qty out.");
        if (draft.Size is not null) alert.Fault("intent.size", "A stop is moved for the whole position: leave size out.");
        if (draft.Type is not (null or TradeType.Market)) alert.Fault("intent.type", "Leave type out.");
        if (action == TradeAction.Breakeven)
        {
            if (draft.StopLoss is not null)
                alert.Fault("intent.sl", "breakeven puts the stop at the entry: leave sl out, or write \"action\":\"protect\".");
            if (draft.TakeProfit is not null)
                alert.Fault("intent.tp", "breakeven moves the stop alone: write \"action\":\"protect\" for a target.");
            if (draft.Offset is { Mode: PriceMode.Price })
                alert.Fault("intent.offset.mode", "An offset is a distance: use pips, ticks or percent.");
        }
        else
        {
            if (draft.Offset is not null) alert.Fault("intent.offset", "That belongs to \"action\":\"breakeven\".");
            if (draft is { StopLoss: null, TakeProfit: null, StopLossIsNull: false, TakeProfitIsNull: false } && alert.Errors is null)
                alert.Fault("intent.sl", "Give an sl, a tp, or both; null takes one away.");
        }
        if (alert.Errors is not null) return;
        alert.Intent = new TradeIntent
        {
            Action = action,
            Side = draft.Side,
            Symbol = draft.Symbol!, // needed above
            StopLoss = draft.StopLoss,
            TakeProfit = draft.TakeProfit,
            RemovesStop = action == TradeAction.Protect && draft.StopLossIsNull,
            RemovesTarget = action == TradeAction.Protect && draft.TakeProfitIsNull,
            Offset = draft.Offset,
        };
    }
}
