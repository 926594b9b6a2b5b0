using System.Text.Json.Serialization;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Book;

/// <summary>What happened.</summary>
internal enum EventKind
{
    Unknown = 0,
    /// <summary>A new order; filled at once when <see cref="BookEvent.FillPrice"/> is set.</summary>
    Order,
    /// <summary>A working order was filled.</summary>
    Fill,
    /// <summary>A position, or a part of it, was closed.</summary>
    Close,
    /// <summary>A working order was cancelled.</summary>
    Cancel,
    /// <summary>Price, quantity or stops were changed.</summary>
    Modify,
    /// <summary>What older events have come to; stands first after a compaction.</summary>
    Base,
    /// <summary>A step of the script was taken by an order that was not booked; stands last after a compaction.</summary>
    Step,
}

/// <summary>One line of the journal. The account is what its lines add up to.</summary>
internal sealed record BookEvent
{
    public required EventKind Kind { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? OrderId { get; init; }
    public string? ClientOrderId { get; init; }
    public string? PositionId { get; init; }
    public string? Symbol { get; init; }
    public Side Side { get; init; }
    public OrderType Type { get; init; }
    public decimal? Quantity { get; init; }
    public decimal? Price { get; init; }
    public decimal? StopLoss { get; init; }
    public decimal? TakeProfit { get; init; }
    public decimal? FillPrice { get; init; }

    /// <summary>Of <see cref="EventKind.Order"/>: what its first fill takes; <c>null</c> for all of it.</summary>
    public decimal? Part { get; init; }

    /// <summary>The script whose step this order has taken, and how many steps of it are taken now.</summary>
    public string? Script { get; init; }
    public int Place { get; init; }
    public decimal? Pnl { get; init; }

    /// <summary>A stop loss or take profit did it.</summary>
    public bool Protection { get; init; }

    /// <summary>Of <see cref="EventKind.Base"/>: cash, and how many orders there were.</summary>
    public decimal? Balance { get; init; }
    public long? Count { get; init; }
}

/// <summary>Where the journal begins.</summary>
internal sealed record JournalHead(int Generation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(BookEvent))]
[JsonSerializable(typeof(JournalHead))]
internal sealed partial class BookJson : JsonSerializerContext;
