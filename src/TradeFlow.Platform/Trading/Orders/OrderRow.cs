using System.Text.Json;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>One row of trading.orders.</summary>
internal sealed record OrderRow
{
    public const string Pending = "PENDING", Sending = "SENDING", Working = "WORKING", Filled = "FILLED",
        PartiallyFilled = "PARTIALLY_FILLED",
        Canceled = "CANCELED", Rejected = "REJECTED", Unknown = "UNKNOWN";

    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required Guid AccountId { get; init; }
    public required string Broker { get; init; }
    public required long Seq { get; init; }
    public Guid? WebhookId { get; init; }
    public Guid? ParentId { get; init; }
    public Guid? PositionId { get; init; }
    public required string ClientOrderId { get; init; }
    public required string Action { get; init; }
    public required string IntentJson { get; init; }
    public required string Symbol { get; init; }
    public string? BrokerSymbol { get; init; }
    public string? Side { get; init; }
    public required string Type { get; init; }
    public decimal? Qty { get; init; }
    public decimal? Price { get; init; }
    public decimal? StopLoss { get; init; }
    public decimal? TakeProfit { get; init; }
    public required string Status { get; init; }
    public string? RejectCode { get; init; }
    public string? RejectReason { get; init; }
    public string? RejectErrors { get; init; }
    public string? BrokerOrderId { get; init; }
    public string? BrokerPositionId { get; init; }
    public decimal? PositionQty { get; init; }
    public decimal FilledQty { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? Pnl { get; init; }
    public decimal? GrossPnl { get; init; }
    public bool NeedsReview { get; init; }
    public long StopEpoch { get; init; }
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>The epoch of the lane under which it was claimed.</summary>
    public long? Epoch { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public DateTimeOffset? FilledAt { get; init; }
    public int Looks { get; init; }
    public DateTimeOffset? AbsentAt { get; init; }

    /// <summary>The fill of an entry is in trading.positions.</summary>
    public bool IsBooked { get; init; }

    /// <summary>When the row was read, by the database's clock.</summary>
    public DateTimeOffset ReadAt { get; init; }

    public bool IsTerminal => Status is Filled or Canceled or Rejected;

    /// <summary>A target of which it is not known yet what it takes: it may get a trader out, so nothing holds it back.</summary>
    public bool Unplanned { get; init; }

    /// <summary>Why a target or a reverse may enter nothing, as JSON.</summary>
    public string? EntryRefusal { get; init; }

    /// <summary>A message of the strategy was missed before this one.</summary>
    public bool Gap { get; init; }

    /// <summary>An open, or the entry of a reverse: what rules may hold back. Everything else gets a trader out.</summary>
    public bool IsEntry => Action is "open" or "reverse" && !Unplanned;

    /// <summary>Read once, however often it is asked for on the way of an order.</summary>
    public TradeIntent Intent => read.Of(IntentJson);

    private readonly IntentRead read = new();

    /// <summary>False for an intent that a newer version has written.</summary>
    public bool CanBeRead
    {
        get
        {
            try
            {
                _ = Intent;
                return true;
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                return false;
            }
        }
    }

    /// <summary>The strategy that it came from.</summary>
    public StrategyName? Strategy { get; init; }

    public OrderKey Key =>
        new() { ClientOrderId = ClientOrderId, BrokerOrderId = BrokerOrderId, BrokerSymbol = BrokerSymbol, SentAt = SentAt };

    public OrderView ToView() => new()
    {
        Id = Id,
        AccountId = AccountId,
        Broker = Broker,
        Symbol = Symbol,
        Side = Side,
        Type = Type,
        Action = Action,
        Qty = Qty,
        Price = Price,
        StopLoss = StopLoss,
        TakeProfit = TakeProfit,
        FilledQty = FilledQty,
        AvgPrice = AvgPrice,
        Status = Status == Sending ? Pending : Status,
        RejectCode = RejectCode,
        RejectReason = RejectReason,
        Errors = RejectErrors is null ? null : JsonSerializer.Deserialize(RejectErrors, TradingJson.Default.DictionaryStringStringArray),
        BrokerOrderId = BrokerOrderId,
        ClientOrderId = ClientOrderId,
        WebhookId = WebhookId,
        ParentId = ParentId,
        Pnl = Pnl,
        GrossPnl = GrossPnl,
        NeedsReview = NeedsReview,
        Gap = Gap ? true : null,
        Strategy = Strategy,
        EntryRefusal = Refusal,
        CreatedAt = CreatedAt,
        SentAt = SentAt,
        AnsweredAt = AnsweredAt,
        FilledAt = FilledAt,
    };

    // Of a target it is the reason only where it would have entered.
    private EntryRefusal? Refusal =>
        EntryRefusal is { } json && JsonSerializer.Deserialize(json, TradingJson.Default.EntryRefusal) is { } refusal
        && (refusal.Code == RejectCode || Intent is { Target: null } or { Target.WithoutEntry: true })
            ? refusal
            : null;

    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns = """
        o.id, o.tenant_id, o.account_id, o.broker, o.seq, o.webhook_id, o.parent_id, o.position_id, o.client_order_id, o.action, o.intent, o.symbol,
        o.broker_symbol, o.side, o.type, o.qty, o.price, o.stop_loss, o.take_profit, o.status, o.reject_code, o.reject_reason, o.reject_errors,
        o.broker_order_id, o.broker_position_id, o.position_qty, o.filled_qty, o.avg_price, o.pnl, o.gross_pnl, o.needs_review, o.stop_epoch, o.valid_until,
        o.epoch, o.created_at, o.sent_at, o.answered_at, o.filled_at, o.looks, o.absent_at,
        o.unplanned, o.entry_refusal, o.gap, o.strategy_id, o.strategy_name, o.booked, statement_timestamp()
        """;

    public static OrderRow Read(NpgsqlDataReader row)
    {
        var at = 0;
        return new OrderRow
        {
            Id = row.GetGuid(at++),
            TenantId = row.GetGuid(at++),
            AccountId = row.GetGuid(at++),
            Broker = row.GetString(at++),
            Seq = row.GetInt64(at++),
            WebhookId = row.GuidOrNull(at++),
            ParentId = row.GuidOrNull(at++),
            PositionId = row.GuidOrNull(at++),
            ClientOrderId = row.GetString(at++),
            Action = row.GetString(at++),
            IntentJson = row.GetString(at++),
            Symbol = row.GetString(at++),
            BrokerSymbol = row.TextOrNull(at++),
            Side = row.TextOrNull(at++),
            Type = row.GetString(at++),
            Qty = row.DecimalOrNull(at++),
            Price = row.DecimalOrNull(at++),
            StopLoss = row.DecimalOrNull(at++),
            TakeProfit = row.DecimalOrNull(at++),
            Status = row.GetString(at++),
            RejectCode = row.TextOrNull(at++),
            RejectReason = row.TextOrNull(at++),
            RejectErrors = row.TextOrNull(at++),
            BrokerOrderId = row.TextOrNull(at++),
            BrokerPositionId = row.TextOrNull(at++),
            PositionQty = row.DecimalOrNull(at++),
            FilledQty = row.DecimalOrNull(at++) ?? 0,
            AvgPrice = row.DecimalOrNull(at++),
            Pnl = row.DecimalOrNull(at++),
            GrossPnl = row.DecimalOrNull(at++),
            NeedsReview = row.GetBoolean(at++),
            StopEpoch = row.GetInt64(at++),
            ValidUntil = row.GetFieldValue<DateTimeOffset>(at++),
            Epoch = row.LongOrNull(at++),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(at++),
            SentAt = row.TimeOrNull(at++),
            AnsweredAt = row.TimeOrNull(at++),
            FilledAt = row.TimeOrNull(at++),
            Looks = row.GetInt32(at++),
            AbsentAt = row.TimeOrNull(at++),
            Unplanned = row.GetBoolean(at++),
            EntryRefusal = row.TextOrNull(at++),
            Gap = row.GetBoolean(at++),
            Strategy = StrategyName.Of(row.GuidOrNull(at++), row.TextOrNull(at++)),
            IsBooked = row.GetBoolean(at++),
            ReadAt = row.GetFieldValue<DateTimeOffset>(at),
        };
    }
}

/// <summary>
/// An intent beside the text that it was read from: a copy of a row with another text reads its own. It says nothing of its row, so all are
/// equal.
/// </summary>
internal sealed record IntentRead
{
    private volatile Tuple<string, TradeIntent>? last;

    public TradeIntent Of(string json)
    {
        if (last is { } known && ReferenceEquals(known.Item1, json)) return known.Item2;
        var intent = TradeIntent.FromJson(json);
        last = Tuple.Create(json, intent);
        return intent;
    }

    public bool Equals(IntentRead? other) => other is not null;

    public override int GetHashCode() => 0;
}
