namespace TradeFlow.Platform.Delivery.Events;

/// <summary>Events that nobody tells: they are found in the books.</summary>
internal static class Watched
{
    public const string TradeClosed = "trade.closed";
    public const string LimitReached = "limit.reached";

    public static readonly IReadOnlyList<string> All = [TradeClosed, LimitReached];
}
