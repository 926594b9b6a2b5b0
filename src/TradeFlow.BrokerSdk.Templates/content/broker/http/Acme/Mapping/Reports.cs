using Acme.Http;
using TradeFlow.BrokerSdk;

namespace Acme.Mapping;

/// <summary>The broker's shapes in the platform's words.</summary>
internal static class Reports
{
    public static AccountSnapshot Of(AccountDto account) =>
        new() { Currency = account.Currency, Balance = account.Balance, Equity = account.Equity, FreeMargin = account.FreeMargin };

    public static Instrument Of(InstrumentDto row) => new()
    {
        // The platform's symbol has no suffix: EURUSD.a is EURUSD.
        Symbol = row.Symbol.Split('.')[0].ToUpperInvariant(),
        BrokerSymbol = row.Symbol,
        Description = row.Name,
        TickSize = row.Tick,
        QuantityStep = row.Step,
        MinQuantity = row.Min,
        MaxQuantity = row.Max,
        ContractSize = row.Contract,
        QuoteCurrency = row.QuoteCurrency,
        QuantityUnit = QuantityUnit.Lots,
        AssetClass = row.Class,
        IsTradable = row.Open,
        NotTradableReason = row.Open ? null : "The market is closed.",
    };

    public static OrderReport Of(OrderDto row) => new()
    {
        BrokerOrderId = row.Id,
        ClientOrderId = row.ClientId,
        BrokerSymbol = row.Symbol,
        Side = Words.SideOf(row.Side),
        Type = Words.TypeOf(row.Type),
        Status = Words.StatusOf(row.Status, row.Filled),
        Quantity = row.Quantity,
        FilledQuantity = row.Filled,
        AveragePrice = row.AveragePrice,
        Price = row.Price,
        BrokerPositionId = row.PositionId,
        RealizedPnl = row.Profit,
        CreatedAt = row.At.ToUniversalTime(),
    };

    public static PositionReport Of(PositionDto row) => new()
    {
        BrokerPositionId = row.Id,
        ClientOrderId = row.ClientId,
        BrokerSymbol = row.Symbol,
        Side = Words.SideOf(row.Side),
        Quantity = row.Quantity,
        AveragePrice = row.AveragePrice,
        CurrentPrice = row.CurrentPrice,
        UnrealizedPnl = row.Profit,
        StopLoss = row.StopLoss,
        TakeProfit = row.TakeProfit,
        OpenedAt = row.At.ToUniversalTime(),
    };

    public static FillReport Of(FillDto row) => new()
    {
        BrokerFillId = row.Id,
        BrokerOrderId = row.OrderId,
        BrokerSymbol = row.Symbol,
        Side = Words.SideOf(row.Side),
        Quantity = row.Quantity,
        Price = row.Price,
        BrokerPositionId = row.PositionId,
        Fees = row.Fees,
        RealizedPnl = row.Profit,
        At = row.At.ToUniversalTime(),
    };
}

/// <summary>The broker's words for the platform's.</summary>
internal static class Words
{
    public static string Of(Side side) => side is Side.Buy ? "buy" : "sell";

    public static string Of(OrderType type) => type switch { OrderType.Limit => "limit", OrderType.Stop => "stop", _ => "market" };

    public static Side SideOf(string word) => word switch { "buy" => Side.Buy, "sell" => Side.Sell, _ => Side.Unknown };

    public static OrderType TypeOf(string word) =>
        word switch { "market" => OrderType.Market, "limit" => OrderType.Limit, "stop" => OrderType.Stop, _ => OrderType.Unknown };

    // A word that is not known is Unknown: the platform looks again instead of believing a guess.
    public static OrderStatus StatusOf(string word, decimal filled) => word switch
    {
        "working" => filled > 0 ? OrderStatus.PartiallyFilled : OrderStatus.Working,
        "filled" => OrderStatus.Filled,
        "canceled" or "expired" => OrderStatus.Canceled,
        "rejected" => OrderStatus.Rejected,
        _ => OrderStatus.Unknown,
    };
}
