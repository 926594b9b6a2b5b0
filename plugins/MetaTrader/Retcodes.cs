using System.Globalization;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>
/// What a terminal's code proves. What is not in the tables proves nothing by itself: then the agent's own verdict counts.
/// </summary>
/// <remarks>
/// MetaTrader 5: mql5.com, "Return Codes of the Trade Server". MetaTrader 4: the error codes of the MQL4 reference, "Trade Server". The two
/// ranges do not meet, so a code tells its platform.
/// </remarks>
internal static class Retcodes
{
    private static readonly Dictionary<int, (RejectReason Reason, string Words)> Refusals = new()
    {
        [10004] = (RejectReason.InvalidPrice, "The price has moved (requote)."),
        [10006] = (RejectReason.Other, "The broker rejected the request."),
        [10007] = (RejectReason.Other, "The request was cancelled in the terminal."),
        [10011] = (RejectReason.Other, "The broker could not process the request."),
        [10013] = (RejectReason.Other, "The broker calls the request invalid."),
        [10014] = (RejectReason.InvalidQuantity, "The volume is not allowed."),
        [10015] = (RejectReason.InvalidPrice, "The price is not allowed."),
        [10016] = (RejectReason.StopTooClose, "Stop loss or take profit is too close or on the wrong side."),
        [10017] = (RejectReason.InstrumentNotTradable, "Trading is disabled."),
        [10018] = (RejectReason.MarketClosed, "The market is closed."),
        [10019] = (RejectReason.InsufficientMargin, "There is not enough money."),
        [10020] = (RejectReason.InvalidPrice, "The prices have changed."),
        [10021] = (RejectReason.MarketClosed, "There are no quotes."),
        [10022] = (RejectReason.Other, "The order's expiration is not allowed."),
        [10023] = (RejectReason.Other, "The order has changed its state."),
        [10024] = (RejectReason.Other, "There are too many requests."),
        [10026] = (RejectReason.ReadOnlyAccount, "Algo trading is disabled by the broker's server."),
        [10027] = (RejectReason.ReadOnlyAccount,
            "Algo trading is off in the terminal: press the button Algo Trading, and allow it in the Expert Advisor's properties."),
        [10028] = (RejectReason.Other, "The request is locked for processing."),
        [10029] = (RejectReason.Other, "The order or position is frozen."),
        [10030] = (RejectReason.Other, "The broker does not allow this kind of filling."),
        [10032] = (RejectReason.ReadOnlyAccount, "This is allowed on live accounts only."),
        [10033] = (RejectReason.BrokerRiskRule, "The limit of pending orders is reached."),
        [10034] = (RejectReason.BrokerRiskRule, "The volume limit of the symbol is reached."),

        [3] = (RejectReason.Other, "The broker calls the request invalid."),
        [4] = (RejectReason.Other, "The trade server is busy."),
        [6] = (RejectReason.Other, "The terminal has no connection to the trade server."),
        [64] = (RejectReason.ReadOnlyAccount, "The account is disabled."),
        [65] = (RejectReason.ReadOnlyAccount, "The account is not valid."),
        [129] = (RejectReason.InvalidPrice, "The price is not allowed."),
        [130] = (RejectReason.StopTooClose, "Stop loss or take profit is too close or on the wrong side."),
        [131] = (RejectReason.InvalidQuantity, "The volume is not allowed."),
        [132] = (RejectReason.MarketClosed, "The market is closed."),
        [133] = (RejectReason.InstrumentNotTradable, "Trading is disabled."),
        [134] = (RejectReason.InsufficientMargin, "There is not enough money."),
        [135] = (RejectReason.InvalidPrice, "The price has changed."),
        [136] = (RejectReason.MarketClosed, "There are no quotes."),
        [137] = (RejectReason.Other, "The broker is busy."),
        [138] = (RejectReason.InvalidPrice, "The price has moved (requote)."),
        [139] = (RejectReason.Other, "The order is locked."),
        [140] = (RejectReason.BrokerRiskRule, "Only buying is allowed."),
        [141] = (RejectReason.Other, "There are too many requests."),
        [145] = (RejectReason.Other, "The order is too close to the market to be changed."),
        [146] = (RejectReason.Other, "The terminal is busy with another trade."),
        [148] = (RejectReason.BrokerRiskRule, "The limit of open and pending orders is reached."),
        [149] = (RejectReason.BrokerRiskRule, "Hedging is not allowed."),
        [150] = (RejectReason.BrokerRiskRule, "Positions must be closed in the order in which they were opened."),
        [4108] = (RejectReason.PositionNotFound, "There is no such ticket."),
        [4109] = (RejectReason.ReadOnlyAccount, "Trading is not allowed in the Expert Advisor's properties: tick Allow live trading."),
    };

    // 10012 timeout, 10031 no connection; MT4: 1 no result, 128 timeout, and 142 to 144, which its reference tells to treat as 128.
    private static readonly HashSet<int> Unclear = [10012, 10031, 1, 2, 128, 142, 143, 144];

    private static readonly HashSet<int> Successes = [0, 10008, 10009, 10010, 10025];

    /// <summary>True when the request may have been executed all the same.</summary>
    public static bool IsUnclear(int code) => Unclear.Contains(code);

    /// <summary>True for a code that says "done".</summary>
    public static bool IsSuccess(int code) => Successes.Contains(code);

    public static OrderOutcome.Rejected Rejection(AgentResult result)
    {
        var (reason, words) = Refusals.GetValueOrDefault(result.Code, (RejectReason.Other, "The terminal refused the order."));
        var code = result.Code == 0 ? "" : result.Code.ToString(CultureInfo.InvariantCulture);
        return new OrderOutcome.Rejected(reason, code, result.Message.Length > 0 ? result.Message : words);
    }
}
