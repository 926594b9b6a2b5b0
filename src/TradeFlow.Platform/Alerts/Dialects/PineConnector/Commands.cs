using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.PineConnector;

/// <param name="Side">Of an entry that of the new position, of an exit that of what is closed or canceled; <c>null</c>: both.</param>
internal readonly record struct Command(TradeAction Action, TradeSide? Side, TradeType Type = TradeType.Market);

/// <summary>The commands of PineConnector that have a counterpart here.</summary>
internal static class Commands
{
    private const string NoMove = "Moving stops by a message of PineConnector is not read here: send the message of the template.";
    private const string NoSwitch = "There is no EA to be switched: enable or disable the account in the dashboard.";

    public static readonly WordSet<Command> All = new(
        [
            ("buy", new(TradeAction.Open, TradeSide.Buy)), ("sell", new(TradeAction.Open, TradeSide.Sell)),
            ("long", new(TradeAction.Open, TradeSide.Buy)), ("short", new(TradeAction.Open, TradeSide.Sell)),
            ("bull", new(TradeAction.Open, TradeSide.Buy)), ("bear", new(TradeAction.Open, TradeSide.Sell)),
            ("bullish", new(TradeAction.Open, TradeSide.Buy)), ("bearish", new(TradeAction.Open, TradeSide.Sell)),
            ("buylimit", new(TradeAction.Open, TradeSide.Buy, TradeType.Limit)), ("selllimit", new(TradeAction.Open, TradeSide.Sell,
                TradeType.Limit)), ("buystop", new(TradeAction.Open, TradeSide.Buy, TradeType.Stop)),
            ("sellstop", new(TradeAction.Open, TradeSide.Sell, TradeType.Stop)), ("closelong", new(TradeAction.Close, TradeSide.Buy)),
            ("closeshort", new(TradeAction.Close, TradeSide.Sell)), ("closeall", new(TradeAction.Close, null)),
            ("closelongbuy", new(TradeAction.Reverse, TradeSide.Buy)), ("closeshortsell", new(TradeAction.Reverse, TradeSide.Sell)),
            ("closelongsell", new(TradeAction.Reverse, TradeSide.Sell)), ("closeshortbuy", new(TradeAction.Reverse, TradeSide.Buy)),
            ("cancellong", new(TradeAction.Cancel, TradeSide.Buy)), ("cancelshort", new(TradeAction.Cancel, TradeSide.Sell)),
        ],
        [("newsltplong", NoMove), ("newsltpshort", NoMove), ("newsllong", NoMove), ("newslshort", NoMove), ("newtplong", NoMove),
            ("newtpshort", NoMove), ("eaon", NoSwitch), ("eaoff", NoSwitch)]);
}
