using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Mapping;

/// <summary>The gateway's numbers.</summary>
internal static class Wires
{
    public const int Limit = 1;
    public const int Market = 2;
    public const int Stop = 4;
    public const int TrailingStop = 5;
    public const int Filled = 2;
    public const int Suspended = 8;

    private const int Cancelled = 3;
    private const int Expired = 4;
    private const int Rejected = 5;

    /// <summary>
    /// What our client order ids begin with, and how long they are: a leg may carry a tag that is made from that of its entry.
    /// </summary>
    private const string OurMark = "tf";
    private const int OurLength = 24;

    public static Side SideOf(int side) => side switch { 0 => Side.Buy, 1 => Side.Sell, _ => Side.Unknown };

    public static int SideOf(Side side) => side is Side.Buy ? 0 : 1;

    public static Side SideOf(WirePosition position) => position.Type switch { 1 => Side.Buy, 2 => Side.Sell, _ => Side.Unknown };

    public static OrderType TypeOf(int type) => type switch { Limit or 6 or 7 => OrderType.Limit, Market =>
        OrderType.Market, Stop or TrailingStop => OrderType.Stop, _ => OrderType.Unknown };

    public static OrderStatus StatusOf(WireOrder order) => order.Status switch
    {
        Filled => OrderStatus.Filled,
        Cancelled or Expired => OrderStatus.Canceled,
        Rejected => OrderStatus.Rejected,
        1 or 6 or 7 or Suspended => order.FillVolume > 0 ? OrderStatus.PartiallyFilled : OrderStatus.Working,
        _ => OrderStatus.Unknown,
    };

    public static bool HasEnded(WireOrder order) => order.Status is Filled or Cancelled or Expired or Rejected;

    /// <summary>A filled order without a volume is filled in full.</summary>
    public static int FilledOf(WireOrder order) => order.FillVolume is > 0 and var filled ? filled : order.Status is Filled ? order.Size
        : 0;

    public static bool IsOpen(WireOrder order) => order.Status is 1 or 6 or 7 or Suspended;

    /// <summary>It can be filled now; a suspended leg waits for its entry.</summary>
    public static bool Works(WireOrder order) => order.Status is 1 or 6 or 7;

    public static bool IsOurs(WireOrder order) =>
        order.CustomTag is { Length: OurLength } tag && tag.StartsWith(OurMark, StringComparison.Ordinal);

    /// <summary>A stop or a target by its shape: the gateway names no parent.</summary>
    public static bool CanBeLeg(WireOrder order) => !IsOurs(order) && order.Type is Limit or Stop or TrailingStop;

    public static bool IsStop(WireOrder order) => order.Type is Stop or TrailingStop;

    public static decimal? PriceOf(WireOrder order) => IsStop(order) ? order.StopPrice : order.LimitPrice;

    public static string IdOf(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
