using System.Text.Json;
using System.Text.Json.Serialization;

namespace Acme.Http;

// The broker's shapes, member for member. Source-generated, because reflection JSON keeps a connector's code from being unloaded.
#if (auth == "password")
internal sealed record LogInBody(string User, string Password);

internal sealed record SessionDto(string Token);

#endif
internal sealed record AccountDto(string Id, string Name, string Currency, decimal Balance, decimal Equity, decimal FreeMargin);

internal sealed record InstrumentDto(
    string Symbol, string Name, decimal Tick, decimal Step, decimal Min, decimal Max, decimal Contract, string QuoteCurrency,
    string Class, bool Open);

internal sealed record QuoteDto(decimal Bid, decimal Ask, DateTimeOffset At);

internal sealed record NewOrder(
    string ClientId, string Symbol, string Side, string Type, decimal Quantity, decimal? Price, decimal? StopLoss, decimal? TakeProfit);

internal sealed record CloseBody(string ClientId, decimal? Quantity);

internal sealed record OrderDto(
    string Id, string? ClientId, string Symbol, string Side, string Type, string Status, decimal Quantity, decimal Filled,
    decimal? AveragePrice, decimal? Price, string? PositionId, decimal? Profit, DateTimeOffset At);

internal sealed record PositionDto(
    string Id, string? ClientId, string Symbol, string Side, decimal Quantity, decimal AveragePrice, decimal? CurrentPrice, decimal? Profit,
    decimal? StopLoss, decimal? TakeProfit, DateTimeOffset At);

internal sealed record FillDto(
    string Id, string OrderId, string Symbol, string Side, decimal Quantity, decimal Price, string? PositionId, decimal? Fees,
    decimal? Profit, DateTimeOffset At);

internal sealed record StateDto(AccountDto Account, List<OrderDto> Orders, List<PositionDto> Positions, List<FillDto> Fills);

#if (hasFeed)
internal sealed record SubscribeMessage(string Subscribe);

/// <summary>A message of the feed: its type says which of the others is there.</summary>
internal sealed record FeedMessage(
    string Type, OrderDto? Order, FillDto? Fill, PositionDto? Position, bool Closed, AccountDto? Account, string? Message);

#endif
internal sealed record ErrorDto(string Code, string Message)
{
    /// <summary>The broker's own words, or <c>null</c>: a proxy's page is nobody's refusal.</summary>
    public static ErrorDto? TryRead(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, AcmeJson.Default.ErrorDto) is { Code.Length: > 0, Message.Length: > 0 } error
                ? error : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
#if (auth == "password")
[JsonSerializable(typeof(LogInBody))]
[JsonSerializable(typeof(SessionDto))]
#endif
[JsonSerializable(typeof(AccountDto))]
[JsonSerializable(typeof(List<AccountDto>))]
[JsonSerializable(typeof(List<InstrumentDto>))]
[JsonSerializable(typeof(QuoteDto))]
[JsonSerializable(typeof(NewOrder))]
[JsonSerializable(typeof(CloseBody))]
[JsonSerializable(typeof(OrderDto))]
[JsonSerializable(typeof(List<OrderDto>))]
[JsonSerializable(typeof(StateDto))]
[JsonSerializable(typeof(ErrorDto))]
#if (hasFeed)
[JsonSerializable(typeof(SubscribeMessage))]
[JsonSerializable(typeof(FeedMessage))]
#endif
internal sealed partial class AcmeJson : JsonSerializerContext;
