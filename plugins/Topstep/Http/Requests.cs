using System.Text.Json.Serialization;

namespace TradeFlow.Plugins.Topstep.Http;

internal sealed record LoginKeyBody(string UserName, string ApiKey);

internal sealed record AccountSearchBody(bool OnlyActiveAccounts);

/// <summary><c>live</c> chooses the data subscription, not the kind of account; users of the API have the other one.</summary>
internal sealed record ContractSearchBody(string SearchText, bool Live = false);

internal sealed record AvailableBody(bool Live = false);

internal sealed record ContractBody(string ContractId);

internal sealed record AccountBody(int AccountId);

internal sealed record HistoryBody(int AccountId, DateTimeOffset StartTimestamp);

internal sealed record OrderBody(int AccountId, long OrderId);

internal sealed record ModifyBody(int AccountId, long OrderId, int? Size, decimal? LimitPrice, decimal? StopPrice);

internal sealed record CloseBody(int AccountId, string ContractId, int? Size);

internal sealed record BarsBody(
    string ContractId, DateTimeOffset StartTime, DateTimeOffset EndTime, int Unit, int UnitNumber, int Limit, bool IncludePartialBar,
    bool Live = false);

/// <summary>Ticks are signed, from the fill: against the position for the stop, with it for the target.</summary>
internal sealed record BracketBody(int Ticks, int Type);

internal sealed record PlaceBody
{
    public required int AccountId { get; init; }
    public required string ContractId { get; init; }
    public required int Type { get; init; }
    public required int Side { get; init; }
    public required int Size { get; init; }
    public decimal? LimitPrice { get; init; }
    public decimal? StopPrice { get; init; }

    /// <summary>Our client order id: unique per account.</summary>
    public required string CustomTag { get; init; }

    public BracketBody? StopLossBracket { get; init; }
    public BracketBody? TakeProfitBracket { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LoginKeyBody))]
[JsonSerializable(typeof(AccountSearchBody))]
[JsonSerializable(typeof(ContractSearchBody))]
[JsonSerializable(typeof(AvailableBody))]
[JsonSerializable(typeof(ContractBody))]
[JsonSerializable(typeof(AccountBody))]
[JsonSerializable(typeof(HistoryBody))]
[JsonSerializable(typeof(OrderBody))]
[JsonSerializable(typeof(ModifyBody))]
[JsonSerializable(typeof(CloseBody))]
[JsonSerializable(typeof(BarsBody))]
[JsonSerializable(typeof(PlaceBody))]
internal sealed partial class RequestJson : JsonSerializerContext;
