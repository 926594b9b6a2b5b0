namespace TradeFlow.BrokerSdk;

/// <summary>What a quantity counts.</summary>
public enum QuantityUnit
{
    /// <summary>Not known.</summary>
    Unknown = 0,
    /// <summary>Lots of <see cref="Instrument.ContractSize"/> units.</summary>
    Lots,
    /// <summary>Futures contracts.</summary>
    Contracts,
    /// <summary>Units of the base currency, shares or coins.</summary>
    Units,
}

/// <summary>Something that can be traded, with the rules that quantities and prices must keep.</summary>
public sealed record Instrument
{
    /// <summary>The platform's symbol: upper case, no exchange, no broker suffix (<c>EURUSD</c>, <c>MES</c>).</summary>
    public required string Symbol { get; init; }

    /// <summary>The broker's own symbol or id text (<c>EURUSD.R</c>, <c>CON.F.US.MES.Z25</c>).</summary>
    public required string BrokerSymbol { get; init; }

    /// <summary>Name for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Smallest price step, in the quote currency; above zero.</summary>
    public required decimal TickSize { get; init; }

    /// <summary>
    /// Value of one tick for a quantity of one, in <see cref="QuoteCurrency"/>; <c>null</c> when it is TickSize × ContractSize.
    /// </summary>
    public decimal? TickValue { get; init; }

    /// <summary>Smallest quantity step; above zero.</summary>
    public required decimal QuantityStep { get; init; }

    /// <summary>Smallest quantity.</summary>
    public required decimal MinQuantity { get; init; }

    /// <summary>Largest quantity of one order; <c>null</c> when the broker names none.</summary>
    public decimal? MaxQuantity { get; init; }

    /// <summary>Units of the underlying in a quantity of one.</summary>
    public required decimal ContractSize { get; init; }

    /// <summary>ISO code of the currency that prices are in; <c>null</c> when the broker does not tell.</summary>
    public string? QuoteCurrency { get; init; }

    /// <summary>What a quantity counts.</summary>
    public required QuantityUnit QuantityUnit { get; init; }

    /// <summary>
    /// <c>forex</c>, <c>metal</c>, <c>crypto</c>, <c>index</c>, <c>future</c>, <c>stock</c>, <c>commodity</c> or <c>other</c>; it decides
    /// what a pip is.
    /// </summary>
    public string AssetClass { get; init; } = "other";

    /// <summary>False when the instrument is listed but cannot be traded now; <see cref="NotTradableReason"/> says why.</summary>
    public bool IsTradable { get; init; } = true;

    /// <summary>Why it cannot be traded.</summary>
    public string? NotTradableReason { get; init; }
}

/// <summary>Which instruments to return.</summary>
public sealed record InstrumentQuery
{
    /// <summary>The platform's or the broker's symbol; <c>null</c> lists everything that the account may trade.</summary>
    public string? Symbol { get; init; }
}

/// <summary>The best prices at a moment.</summary>
public sealed record Quote
{
    /// <summary>The broker's symbol.</summary>
    public required string BrokerSymbol { get; init; }

    /// <summary>Best price to sell at, in the quote currency.</summary>
    public required decimal Bid { get; init; }

    /// <summary>Best price to buy at, in the quote currency.</summary>
    public required decimal Ask { get; init; }

    /// <summary>When it was read (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Money of the account, in its own currency.</summary>
public sealed record AccountSnapshot
{
    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Cash without open profit.</summary>
    public required decimal Balance { get; init; }

    /// <summary>Balance plus open profit; <c>null</c> when the broker does not tell.</summary>
    public decimal? Equity { get; init; }

    /// <summary>What is left for new positions.</summary>
    public decimal? FreeMargin { get; init; }

    /// <summary>False when the broker has closed the account to trading.</summary>
    public bool CanTrade { get; init; } = true;

    /// <summary>
    /// True where the positions of a symbol are netted into one, false where they stand side by side; <c>null</c> for what the manifest
    /// says of all accounts.
    /// </summary>
    public bool? IsNetting { get; init; }
}

/// <summary>Where an order stands at the broker.</summary>
public enum OrderStatus
{
    /// <summary>The broker's word for it is not known to the connector.</summary>
    Unknown = 0,
    /// <summary>Open, nothing filled.</summary>
    Working,
    /// <summary>Open, filled in part.</summary>
    PartiallyFilled,
    /// <summary>Filled in full.</summary>
    Filled,
    /// <summary>Ended without being filled in full.</summary>
    Canceled,
    /// <summary>Refused.</summary>
    Rejected,
}

/// <summary>One order as the broker has it.</summary>
public sealed record OrderReport
{
    /// <summary>The broker's id.</summary>
    public required string BrokerOrderId { get; init; }

    /// <summary>Our id as the broker echoes it; <c>null</c> for an order that is not ours.</summary>
    public string? ClientOrderId { get; init; }

    /// <summary>The broker's symbol.</summary>
    public required string BrokerSymbol { get; init; }

    /// <summary>Buy or sell.</summary>
    public required Side Side { get; init; }

    /// <summary>Market, limit or stop.</summary>
    public OrderType Type { get; init; }

    /// <summary>Where it stands.</summary>
    public required OrderStatus Status { get; init; }

    /// <summary>Ordered quantity, in the instrument's unit.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Filled so far.</summary>
    public decimal FilledQuantity { get; init; }

    /// <summary>Average price of the fills; <c>null</c> before the first.</summary>
    public decimal? AveragePrice { get; init; }

    /// <summary>Limit or trigger price.</summary>
    public decimal? Price { get; init; }

    /// <summary>The position it opened, changed or closed.</summary>
    public string? BrokerPositionId { get; init; }

    /// <summary>True for a stop-loss or take-profit leg of a position or order.</summary>
    public bool IsProtection { get; init; }

    /// <summary>When the broker took it (UTC).</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The broker's words when it was refused.</summary>
    public string? RejectText { get; init; }

    /// <summary>
    /// Profit that this order realised, net of its fees and of those of the entry that it closes, in the account's currency, where the
    /// broker or the connector can tell.
    /// </summary>
    public decimal? RealizedPnl { get; init; }

    /// <summary>The same before fees.</summary>
    public decimal? GrossPnl { get; init; }
}

/// <summary>One open position as the broker has it.</summary>
public sealed record PositionReport
{
    /// <summary>The broker's id; for a netting venue without ids, a stable name such as the symbol.</summary>
    public required string BrokerPositionId { get; init; }

    /// <summary>The broker's symbol.</summary>
    public required string BrokerSymbol { get; init; }

    /// <summary>Long is <see cref="Side.Buy"/>.</summary>
    public required Side Side { get; init; }

    /// <summary>Open quantity, above zero, in the instrument's unit.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Average entry price.</summary>
    public required decimal AveragePrice { get; init; }

    /// <summary>The price that would close it now; <c>null</c> when not known.</summary>
    public decimal? CurrentPrice { get; init; }

    /// <summary>Open profit in the account's currency; <c>null</c> when not known.</summary>
    public decimal? UnrealizedPnl { get; init; }

    /// <summary>Stop loss as an absolute price.</summary>
    public decimal? StopLoss { get; init; }

    /// <summary>Take profit as an absolute price.</summary>
    public decimal? TakeProfit { get; init; }

    /// <summary>When it was opened (UTC).</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>Our id of the order that opened it, where the broker echoes it.</summary>
    public string? ClientOrderId { get; init; }
}

/// <summary>One fill.</summary>
public sealed record FillReport
{
    /// <summary>The broker's id of the fill; it is counted once.</summary>
    public required string BrokerFillId { get; init; }

    /// <summary>The order that was filled.</summary>
    public required string BrokerOrderId { get; init; }

    /// <summary>The broker's symbol.</summary>
    public required string BrokerSymbol { get; init; }

    /// <summary>Buy or sell.</summary>
    public required Side Side { get; init; }

    /// <summary>Filled quantity.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Price of this fill.</summary>
    public required decimal Price { get; init; }

    /// <summary>The position it belongs to.</summary>
    public string? BrokerPositionId { get; init; }

    /// <summary>Fees and commission of this fill alone as a cost (positive), in the account's currency.</summary>
    public decimal? Fees { get; init; }

    /// <summary>
    /// Profit that it realised, net of its own fees and of those of the entry that it closes, in the account's currency; <c>null</c> for
    /// what only opens. The host adds nothing and takes nothing off: what a day has earned is the sum of these.
    /// </summary>
    public decimal? RealizedPnl { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>The time span that a state is asked for.</summary>
public sealed record StateWindow
{
    /// <summary>Fills from here on (UTC); <c>null</c> for the broker's current session.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Something is to be closed or canceled, or a close is waited for: ask with <see cref="RequestClass.ExitQuery"/>.</summary>
    public bool IsForExit { get; init; }

    /// <summary>Only <see cref="BrokerState.Positions"/> is looked at. A connector leaves out the reads that the rest would take.</summary>
    public bool PositionsOnly { get; init; }
}

/// <summary>The account as the broker has it at one moment.</summary>
public sealed record BrokerState
{
    /// <summary>When it was read (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Orders that are not final.</summary>
    public required IReadOnlyList<OrderReport> OpenOrders { get; init; }

    /// <summary>Open positions; empty means flat.</summary>
    public required IReadOnlyList<PositionReport> Positions { get; init; }

    /// <summary>Fills of the window, where the broker tells them.</summary>
    public IReadOnlyList<FillReport> Fills { get; init; } = [];

    /// <summary>Money of the account, when it came along.</summary>
    public AccountSnapshot? Account { get; init; }
}

/// <summary>The answer to "what became of this order".</summary>
public abstract record OrderLookup
{
    private OrderLookup() { }

    /// <summary>The broker has it.</summary>
    public sealed record Found(OrderReport Report) : OrderLookup;

    /// <summary>The broker does not show it.</summary>
    /// <param name="Conclusive">True only if the answer covers closed orders of the period and shows an order as soon as it is
    /// taken.</param>
    public sealed record Absent(bool Conclusive) : OrderLookup;
}

/// <summary>Something changed at the broker. Delivered at least once, in any order.</summary>
public abstract record AccountUpdate
{
    private AccountUpdate() { }

    /// <summary>The whole state; replaces all that was known.</summary>
    public sealed record Snapshot(BrokerState State) : AccountUpdate;

    /// <summary>An order changed.</summary>
    public sealed record Order(OrderReport Report) : AccountUpdate;

    /// <summary>A fill.</summary>
    public sealed record Fill(FillReport Report) : AccountUpdate;

    /// <summary>A position opened or changed; a quantity of zero says it is closed.</summary>
    public sealed record Position(PositionReport Report, bool Closed) : AccountUpdate;

    /// <summary>Money changed.</summary>
    public sealed record Balance(AccountSnapshot Account) : AccountUpdate;

    /// <summary>Still there.</summary>
    public sealed record Heartbeat(DateTimeOffset At) : AccountUpdate;

    /// <summary>Something may have been missed: the host reads the whole state.</summary>
    public sealed record Gap(string Why) : AccountUpdate;
}
