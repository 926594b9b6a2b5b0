using System.Text.Json.Serialization;

namespace TradeFlow.SamplePlugins.Saboteur;

// What the toy broker speaks.
internal sealed record LogIn(string User, string Password);
internal sealed record Token(string Value);
internal sealed record Money(string Id, string Name, string Currency, decimal Balance);
internal sealed record Listing(string Symbol, string BrokerSymbol, decimal Tick, decimal Step, decimal Min);
internal sealed record Price(decimal Bid, decimal Ask, DateTimeOffset At);
internal sealed record NewOrder(
    string ClientId, string Symbol, string Side, string Type, decimal Quantity, decimal? Price, decimal? StopLoss, decimal? TakeProfit);
internal sealed record NewPrice(decimal Price);
internal sealed record Closing(string ClientId, decimal? Quantity);
internal sealed record Refusal(string? Error, string? Code);
internal sealed record WireOrder(
    string Id, string ClientId, string Symbol, string Side, string Type, string Status, decimal Quantity, decimal Filled, decimal? Average,
    decimal? Price, string? PositionId, DateTimeOffset At);
internal sealed record WirePosition(
    string Id, string Symbol, string Side, decimal Quantity, decimal Average, decimal? StopLoss, decimal? TakeProfit, string ClientId);
internal sealed record WireFill(string Id, string OrderId, string Symbol, string Side, decimal Quantity, decimal Price, DateTimeOffset At);
internal sealed record WireEvent(int Id, WireOrder? Order, WireFill? Fill, WirePosition? Position, bool Closed);
internal sealed record Events(int Next, WireEvent[] Items);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LogIn))]
[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(Money))]
[JsonSerializable(typeof(Listing))]
[JsonSerializable(typeof(Price))]
[JsonSerializable(typeof(NewOrder))]
[JsonSerializable(typeof(NewPrice))]
[JsonSerializable(typeof(Closing))]
[JsonSerializable(typeof(Refusal))]
[JsonSerializable(typeof(WireOrder))]
[JsonSerializable(typeof(WireOrder[]))]
[JsonSerializable(typeof(WirePosition[]))]
[JsonSerializable(typeof(WireFill[]))]
[JsonSerializable(typeof(Events))]
internal sealed partial class WireJson : JsonSerializerContext;
