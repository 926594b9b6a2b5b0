using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>The members of an intent as far as each could be read by itself.</summary>
internal struct IntentDraft
{
    public bool IsGiven;
    public bool IsBroken;
    public TradeAction? Action;
    public TradeSide? Side;
    public TradeType? Type;
    public string? Symbol;
    public decimal? Qty;
    public bool QtyIsPercent;
    public SizeRule? Size;
    public decimal? Price;
    public PriceRule? StopLoss;
    public PriceRule? TakeProfit;
    public bool StopLossIsNull;
    public bool TakeProfitIsNull;
    public PriceRule? Offset;
    public HeldSide? Position;
    public decimal? PositionSize;
    public HeldSide? Previous;
    public decimal? PreviousSize;
}

/// <summary>What the members must be to each other. A member that has a fault of its own is not asked for again.</summary>
internal static class IntentRules
{
    public static void Apply(IntentDraft draft, AlertReading alert)
    {
        if (draft.IsBroken) return;
        if (draft.QtyIsPercent) alert.Fault("intent.qty", draft.Action == TradeAction.Close ? CloseTakesUnits : PercentIsSize);
        if (draft.Action is null && HasFault("intent.action")) return;
        var action = draft.Action ?? TradeAction.Open;
        if (action == TradeAction.Target)
        {
            TargetRules.Apply(draft, alert);
            return;
        }
        TargetRules.Refuse(draft, alert);
        if (action is TradeAction.Protect or TradeAction.Breakeven)
        {
            ProtectRules.Apply(draft, action, alert);
            return;
        }
        if (draft.Offset is not null) alert.Fault("intent.offset", "That belongs to \"action\":\"breakeven\".");
        Zero(ref draft, ref action, alert);
        var type = draft.Type ?? TradeType.Market;
        var enters = action is TradeAction.Open or TradeAction.Reverse;

        if (action != TradeAction.Flatten) Need(draft.Symbol is not null, "intent.symbol", "Give a symbol, such as EURUSD.");
        if (draft.Qty is not null && draft.Size is not null)
        {
            alert.Fault("intent.qty", "Give qty or size, not both.");
            alert.Fault("intent.size", "Give qty or size, not both.");
        }
        if (action == TradeAction.Open && !HasFault("intent.size"))
            Need(draft.Qty is not null || draft.Size is not null || HasFaultUnder("intent.size."), "intent.qty", "Give a qty or a size.");
        if (enters) Need(draft.Side is not null, "intent.side", "Say buy or sell.");
        if (action == TradeAction.Close && draft.Size is not null)
            alert.Fault("intent.size", "A close takes a qty, or closes all when there is none.");
        if (!enters && type != TradeType.Market) alert.Fault("intent.type", $"{Word(action)} goes at market: leave type out.");
        if (enters && type != TradeType.Market)
            Need(draft.Price is not null, "intent.price", $"A {type.ToString().ToLowerInvariant()} order needs a price.");
        if (draft.TakeProfit?.Mode == PriceMode.Rr && draft.StopLoss is null && !HasFault("intent.sl") && !HasFaultUnder("intent.sl."))
            alert.Fault("intent.tp", "rr is a multiple of the stop's distance: give an sl.");
        if (enters && draft.Size?.Mode is SizeMode.RiskPercent or SizeMode.RiskMoney && draft.StopLoss is null
            && !HasFaultUnder("intent.sl."))
            Need(false, "intent.sl", "The size is measured by the distance to the stop: give an sl.");
        if (draft.Size is { Mode: SizeMode.RiskPercent, Value: > 100 })
            alert.Fault("intent.size.value", "It is a percentage: the most is 100.");

        if (alert.Errors is null)
            alert.Intent = new TradeIntent
            {
                Action = action,
                // A cancel of this dialect is for both sides of the symbol.
                Side = action == TradeAction.Cancel ? null : draft.Side,
                Type = type,
                Symbol = action == TradeAction.Flatten ? "" : draft.Symbol!, // needed above
                Qty = draft.Qty,
                Size = draft.Size,
                Price = draft.Price,
                StopLoss = enters ? draft.StopLoss : null,
                TakeProfit = enters ? draft.TakeProfit : null,
            };

        bool HasFault(string path) => alert.Errors?.ContainsKey(path) ?? false;

        bool HasFaultUnder(string path) => alert.Errors?.Keys.Any(key => key.StartsWith(path, StringComparison.Ordinal)) ?? false;

        void Need(bool given, string path, string words)
        {
            if (!given && !HasFault(path)) alert.Fault(path, words);
        }
    }

    // Nothing is what a strategy that has gone flat asks for: {{strategy.market_position_size}} is 0 then.
    private static void Zero(ref IntentDraft draft, ref TradeAction action, AlertReading alert)
    {
        if (draft.Qty != 0 && draft.Size is not { Value: 0 }) return;
        var field = draft.Qty == 0 ? "intent.qty" : "intent.size.value";
        switch (action)
        {
            case TradeAction.Reverse:
                // Whatever is open goes: its side is that of the position which is not entered.
                action = TradeAction.Close;
                (draft.Side, draft.Type, draft.Price, draft.StopLoss, draft.TakeProfit) = (null, null, null, null, null);
                break;
            case TradeAction.Flatten or TradeAction.Cancel:
                break;
            default:
                alert.Fault(field, action == TradeAction.Close ? "It must be above zero: leave qty out to close all."
                    : "It must be above zero. To get out, write \"action\":\"close\".");
                return;
        }
        (draft.Qty, draft.Size) = (null, null);
    }

    private const string PercentIsSize =
        "A percentage is a size: write \"size\":{\"mode\":\"equity_percent\",\"value\":5} instead of qty, or mode risk_percent.";
    private const string CloseTakesUnits = "A close takes a quantity and no percentage: leave qty out to close all.";

    private static string Word(TradeAction action) =>
        action == TradeAction.Close ? "A close" : action == TradeAction.Flatten ? "flatten" : "cancel";
}
