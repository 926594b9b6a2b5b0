namespace TradeFlow.BrokerSdk;

/// <summary>Direction of an order or a position.</summary>
public enum Side
{
    /// <summary>Not known.</summary>
    Unknown = 0,
    /// <summary>Buys, or is long.</summary>
    Buy,
    /// <summary>Sells, or is short.</summary>
    Sell,
}

/// <summary>How an order is priced.</summary>
public enum OrderType
{
    /// <summary>Not known.</summary>
    Unknown = 0,
    /// <summary>At the best price now.</summary>
    Market,
    /// <summary>At <see cref="PlaceOrder.Price"/> or better.</summary>
    Limit,
    /// <summary>At market once <see cref="PlaceOrder.Price"/> is touched.</summary>
    Stop,
}

/// <summary>A new order. The host has already rounded quantity and prices to the instrument's steps; a connector never rounds.</summary>
public sealed record PlaceOrder
{
    /// <summary>Ours: <c>tf</c> and 22 letters or digits. The same for every attempt; it must come back in every report.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>The instrument as <see cref="IBrokerConnector.FindInstrumentsAsync"/> returned it.</summary>
    public required Instrument Instrument { get; init; }

    /// <summary>Buy or sell.</summary>
    public required Side Side { get; init; }

    /// <summary>Market, limit or stop.</summary>
    public required OrderType Type { get; init; }

    /// <summary>Quantity in the instrument's <see cref="Instrument.QuantityUnit"/>, above zero and a multiple of its step.</summary>
    public required decimal Quantity { get; init; }

    /// <summary>Limit or trigger price in the quote currency; <c>null</c> at market.</summary>
    public decimal? Price { get; init; }

    /// <summary>Stop loss as an absolute price, on the tick grid; <c>null</c> for none.</summary>
    public decimal? StopLoss { get; init; }

    /// <summary>Take profit as an absolute price, on the tick grid; <c>null</c> for none.</summary>
    public decimal? TakeProfit { get; init; }

    /// <summary>The price that the stops were computed from; venues that take distances need it.</summary>
    public decimal? ReferencePrice { get; init; }
}

/// <summary>Names one order, by our id and, once known, the broker's.</summary>
public sealed record OrderKey
{
    /// <summary>The id we gave it.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>The broker's id, where an answer told it.</summary>
    public string? BrokerOrderId { get; init; }

    /// <summary>Broker symbol, for venues that look up by instrument.</summary>
    public string? BrokerSymbol { get; init; }

    /// <summary>When we sent it (UTC): the search starts a little before.</summary>
    public DateTimeOffset? SentAt { get; init; }
}

/// <summary>Closes a position at market.</summary>
public sealed record ClosePosition
{
    /// <summary>Ours, made once for this close.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>The broker's id of the position.</summary>
    public required string BrokerPositionId { get; init; }

    /// <summary>The instrument of the position.</summary>
    public required Instrument Instrument { get; init; }

    /// <summary>Side of the position, not of the closing order.</summary>
    public required Side PositionSide { get; init; }

    /// <summary>Quantity to close; <c>null</c> closes all of it. Never more than is open.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>
    /// The price that the signal named; only a simulated broker (<see cref="ConnectorCapabilities.FillsAtReferencePrice"/>) fills at it.
    /// </summary>
    public decimal? ReferencePrice { get; init; }
}

/// <summary>Changes a working order, or the protection of a position when <see cref="BrokerPositionId"/> is given.</summary>
public sealed record ModifyOrder
{
    /// <summary>The order to change.</summary>
    public required OrderKey Order { get; init; }

    /// <summary>The position whose stops are changed, instead of an order's.</summary>
    public string? BrokerPositionId { get; init; }

    /// <summary>New limit or trigger price.</summary>
    public decimal? Price { get; init; }

    /// <summary>New quantity, in the instrument's unit.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>New stop loss as an absolute price; zero removes it.</summary>
    public decimal? StopLoss { get; init; }

    /// <summary>New take profit as an absolute price; zero removes it.</summary>
    public decimal? TakeProfit { get; init; }
}
