using System.Text.Json.Serialization;

namespace TradeFlow.Plugins.Topstep.Http;

// The gateway's objects, the same in answers and in hub events. Members that may be left out are nullable: events leave out what is null.

internal sealed record WireAccount(int Id, string? Name, decimal? Balance, bool? CanTrade, bool? IsVisible, bool? Simulated);

internal sealed record WireContract(
    string Id, string? Name, string? Description, decimal TickSize, decimal TickValue, bool ActiveContract, string? SymbolId);

internal sealed record WireOrder
{
    public required long Id { get; init; }
    public required string ContractId { get; init; }
    public int AccountId { get; init; }
    public DateTimeOffset? CreationTimestamp { get; init; }
    public DateTimeOffset? UpdateTimestamp { get; init; }
    public required int Status { get; init; }
    public required int Type { get; init; }
    public required int Side { get; init; }
    public required int Size { get; init; }
    public decimal? LimitPrice { get; init; }
    public decimal? StopPrice { get; init; }
    public int? FillVolume { get; init; }
    public decimal? FilledPrice { get; init; }
    public string? CustomTag { get; init; }
}

internal sealed record WirePosition
{
    public required long Id { get; init; }
    public required string ContractId { get; init; }
    public int AccountId { get; init; }
    public DateTimeOffset? CreationTimestamp { get; init; }
    public required int Type { get; init; }

    /// <summary>Never negative; 0 says that it is closed, with <see cref="Type"/> still telling its side.</summary>
    public required int Size { get; init; }

    /// <summary>May be left out where <see cref="Size"/> is 0.</summary>
    public decimal? AveragePrice { get; init; }
}

internal sealed record WireTrade
{
    public required long Id { get; init; }
    public required string ContractId { get; init; }
    public int AccountId { get; init; }
    public required DateTimeOffset CreationTimestamp { get; init; }
    public required decimal Price { get; init; }

    /// <summary>Before fees; null for a half-turn that opens.</summary>
    public decimal? ProfitAndLoss { get; init; }

    public decimal? Fees { get; init; }

    /// <summary>Beside the fees; hub events alone carry it.</summary>
    public decimal? Commissions { get; init; }

    public required int Side { get; init; }
    public required int Size { get; init; }
    public bool? Voided { get; init; }
    public required long OrderId { get; init; }
}

/// <summary>What changed of a quote; absent is unchanged.</summary>
internal sealed record WireQuote(decimal? LastPrice, decimal? BestBid, decimal? BestAsk);

internal sealed record WireBar(DateTimeOffset T, decimal C);

/// <summary>Every answer: HTTP 200 does not mean success, and an order id does not either.</summary>
internal sealed record Envelope
{
    public bool? Success { get; init; }
    public int? ErrorCode { get; init; }
    public string? ErrorMessage { get; init; }
    public string? Token { get; init; }
    public string? NewToken { get; init; }
    public long? OrderId { get; init; }
    public IReadOnlyList<WireAccount>? Accounts { get; init; }
    public IReadOnlyList<WireContract>? Contracts { get; init; }
    public WireContract? Contract { get; init; }
    public IReadOnlyList<WireOrder>? Orders { get; init; }
    public IReadOnlyList<WirePosition>? Positions { get; init; }
    public IReadOnlyList<WireTrade>? Trades { get; init; }
    public IReadOnlyList<WireBar>? Bars { get; init; }
}

/// <summary>HTTP 400 for a request that ASP.NET did not let in: another envelope, and nothing has run.</summary>
internal sealed record ValidationProblem(string? Title, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(ValidationProblem))]
[JsonSerializable(typeof(WireQuote))]
internal sealed partial class WireJson : JsonSerializerContext;
