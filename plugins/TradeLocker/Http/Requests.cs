using System.Text.Json.Serialization;

namespace TradeFlow.Plugins.TradeLocker.Http;

internal sealed record LogInBody(string Email, string Password, string Server);

internal sealed record RefreshBody(string RefreshToken);

/// <summary>POST <c>/trade/accounts/{id}/orders</c>. Members that are null are left out.</summary>
internal sealed record PlaceOrderBody
{
    public required long TradableInstrumentId { get; init; }
    public required long RouteId { get; init; }

    /// <summary>Lots.</summary>
    public required decimal Qty { get; init; }

    public required string Side { get; init; }
    public required string Type { get; init; }

    /// <summary>IOC for a market order, GTC for the others: nothing else is taken.</summary>
    public required string Validity { get; init; }

    /// <summary>Limit price; 0 for the other types.</summary>
    public required decimal Price { get; init; }

    public decimal? StopPrice { get; init; }
    public decimal? StopLoss { get; init; }
    public string? StopLossType { get; init; }
    public decimal? TakeProfit { get; init; }
    public string? TakeProfitType { get; init; }

    /// <summary>Our client order id. The documents allow 31 characters.</summary>
    public required string StrategyId { get; init; }
}

/// <summary>DELETE <c>/trade/positions/{id}</c>: 0 closes all of it.</summary>
internal sealed record CloseBody(decimal Qty);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogInBody))]
[JsonSerializable(typeof(RefreshBody))]
[JsonSerializable(typeof(PlaceOrderBody))]
[JsonSerializable(typeof(CloseBody))]
internal sealed partial class RequestJson : JsonSerializerContext;
