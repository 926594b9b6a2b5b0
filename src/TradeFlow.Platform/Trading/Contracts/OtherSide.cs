using System.Globalization;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>
/// A close that names the side nobody holds while the other is open. In a strategy's alert <c>{{strategy.order.action}}</c> is the side of
/// the order, and a close names that of the position: what was meant stays open.
/// </summary>
internal static class OtherSide
{
    public static TradeSide Of(TradeSide side) => side == TradeSide.Buy ? TradeSide.Sell : TradeSide.Buy;

    public static string Word(TradeSide side) => side == TradeSide.Buy ? "BUY" : "SELL";

    /// <param name="named">The side that the close names.</param>
    /// <param name="open">What is open on the other one.</param>
    public static string Note(TradeSide named, string symbol, decimal open)
    {
        var held = Of(named);
        return string.Create(CultureInfo.InvariantCulture,
            $"A {Word(held)} of {open:0.########} {symbol} is open and stays so: in a close, side names the position's side. Write \"side\":\"{Word(held).ToLowerInvariant()}\", or leave side out to close whatever is open.");
    }
}
