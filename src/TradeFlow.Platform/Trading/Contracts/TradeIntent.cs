using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>
/// What a signal asks for, after its dialect has been read and before symbol, size and prices are resolved. Stored with the order.
/// </summary>
public sealed record TradeIntent
{
    public required TradeAction Action { get; init; }
    public TradeSide? Side { get; init; }
    public TradeType Type { get; init; } = TradeType.Market;

    /// <summary>As the sender wrote it; empty for <see cref="TradeAction.Flatten"/>.</summary>
    public required string Symbol { get; init; }

    /// <summary>In the broker's unit; exclusive with <see cref="Size"/>.</summary>
    public decimal? Qty { get; init; }
    public SizeRule? Size { get; init; }

    /// <summary>Limit or trigger price; at market a hint that only the paper broker reads.</summary>
    public decimal? Price { get; init; }
    public PriceRule? StopLoss { get; init; }
    public PriceRule? TakeProfit { get; init; }

    /// <summary>
    /// Where a strategy wants to be. Kept when what it takes is found: <see cref="Action"/> is an open, a close or a reverse then.
    /// </summary>
    public TargetRule? Target { get; init; }

    /// <summary>The account's own quantity, that no factor applies to. Set by the platform, never by a sender.</summary>
    public decimal? Exactly { get; init; }

    /// <summary>What quantities are multiplied by besides the account's own factor. Set by the platform, never by a sender.</summary>
    public decimal? Factor { get; init; }

    /// <summary>The strategy that it came from. Set by the platform, never by a sender.</summary>
    public StrategyMark? Strategy { get; init; }

    /// <summary>Of a protect: it takes the stop, or the target, away.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RemovesStop { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RemovesTarget { get; init; }

    /// <summary>How far from the entry, on the side of profit, a breakeven puts the stop.</summary>
    public PriceRule? Offset { get; init; }

    /// <summary>A close or cancel that a person asked for names its target.</summary>
    public Guid? PositionId { get; init; }
    public Guid? OrderId { get; init; }

    /// <summary>The broker's own id of the position that a leg closes. Set by the platform, never by a sender.</summary>
    public string? BrokerPositionId { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, TradeIntentJson.Default.TradeIntent);

    public static TradeIntent FromJson(string json) =>
        JsonSerializer.Deserialize(json, TradeIntentJson.Default.TradeIntent) ?? throw new JsonException("An intent must not be null.");

    /// <summary>Exits are never held back by a rule, the trial or the plan.</summary>
    [JsonIgnore]
    public bool IsExit => Action is TradeAction.Close or TradeAction.Flatten or TradeAction.Cancel or TradeAction.Protect
        or TradeAction.Breakeven || this is { Action: TradeAction.Target, Side: null };

    /// <summary>An exit, or something that closes before it enters: that half is never held back either.</summary>
    [JsonIgnore]
    public bool MayGetOut => IsExit || Target is not null || Action == TradeAction.Reverse;

    /// <summary>What a quantity of it is multiplied by on an account.</summary>
    public decimal FactorOn(decimal accountMultiplier) => accountMultiplier * (Factor ?? 1);

    /// <summary>What the order is in the lane. Until it is known what a target takes, it is the most that it may be.</summary>
    [JsonIgnore]
    public string Command => Action switch
    {
        TradeAction.Target => Side is null ? "close" : "reverse",
        TradeAction.Protect or TradeAction.Breakeven => "modify",
        _ => Action.ToString().ToLowerInvariant(),
    };
}

/// <summary>A signal of a strategy that several accounts follow.</summary>
/// <param name="Name">As it was called then.</param>
/// <param name="Signal">What the accounts' orders of it have in common.</param>
public sealed record StrategyMark(Guid Id, string Name, Guid Signal);

/// <summary>The position that a strategy has now.</summary>
public sealed record TargetRule
{
    public required HeldSide Position { get; init; }

    /// <summary>In the broker's unit.</summary>
    public decimal? Size { get; init; }

    /// <summary>
    /// What is entered, in the broker's unit, where the sender names that and not the size of the position. A position of the side is left
    /// as it is.
    /// </summary>
    public decimal? Entry { get; init; }

    /// <summary>
    /// <see cref="Entry"/> is the strategy's order: what it closes of the other side comes off it, and within the side it adds.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOrder { get; init; }

    /// <summary>What the strategy had before, where it says so.</summary>
    public HeldSide? Previous { get; init; }
    public decimal? PreviousSize { get; init; }

    /// <summary>When the alert fired, by the sender's word.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What the strategy had before this one is what the other one says that it has.</summary>
    public bool ComesFrom(TargetRule other) =>
        Previous == other.Position && (other.Position == HeldSide.Flat || PreviousSize == other.Size);

    /// <summary>It would enter, and may not. Set by the platform.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithoutEntry { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<HeldSide>))]
public enum HeldSide { Flat, Long, Short }

[JsonConverter(typeof(JsonStringEnumConverter<TradeAction>))]
public enum TradeAction { Open, Close, Reverse, Flatten, Cancel, Target, Protect, Breakeven }

[JsonConverter(typeof(JsonStringEnumConverter<TradeSide>))]
public enum TradeSide { Buy, Sell }

[JsonConverter(typeof(JsonStringEnumConverter<TradeType>))]
public enum TradeType { Market, Limit, Stop }

[JsonConverter(typeof(JsonStringEnumConverter<PriceMode>))]
public enum PriceMode { Price, Pips, Ticks, Percent, Rr }

[JsonConverter(typeof(JsonStringEnumConverter<SizeMode>))]
public enum SizeMode { RiskPercent, RiskMoney, EquityPercent, Units, Quantity }

public sealed record PriceRule(PriceMode Mode, decimal Value);

public sealed record SizeRule(SizeMode Mode, decimal Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TradeIntent))]
internal sealed partial class TradeIntentJson : JsonSerializerContext;
