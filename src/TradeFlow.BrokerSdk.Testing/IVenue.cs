namespace TradeFlow.BrokerSdk.Testing;

/// <summary>What a venue double can do for the kit. What it cannot do skips the cases that need it, visibly.</summary>
[Flags]
public enum VenuePowers
{
    /// <summary>Nothing but being traded with.</summary>
    None = 0,
    /// <summary>It tells every order that it booked (<see cref="IVenue.OrdersAsync"/>).</summary>
    Ledger = 1,
    /// <summary>Its price can be set (<see cref="IVenue.SetPriceAsync"/>).</summary>
    Prices = 2,
    /// <summary>It can be made to refuse the next order in words (<see cref="IVenue.RefuseNextAsync"/>).</summary>
    Refusals = 4,
    /// <summary>It can be made to fill a part of the next order (<see cref="IVenue.FillPartOfNextAsync"/>).</summary>
    PartialFills = 8,
    /// <summary>It can end the access token of every session (<see cref="IVenue.ExpireTokensAsync"/>).</summary>
    TokenExpiry = 16,
    /// <summary>It can be made to repeat, turn around or hurry its events (<see cref="IVenue.DisturbStreamAsync"/>).</summary>
    StreamFaults = 32,
}

/// <summary>What is done to the events of a push feed.</summary>
public enum StreamFault
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Each event is delivered twice.</summary>
    Duplicate,
    /// <summary>The events of one order are delivered last to first.</summary>
    OutOfOrder,
    /// <summary>The fill is delivered before the order command is answered.</summary>
    EarlyFill,
}

/// <summary>An order that the venue really booked, whatever the connector was told.</summary>
/// <param name="BrokerOrderId">The venue's id.</param>
/// <param name="ClientOrderId">Our id as it arrived; <c>null</c> when none did.</param>
/// <param name="Quantity">What was ordered, in the unit of the instrument.</param>
public sealed record VenueOrder(string BrokerOrderId, string? ClientOrderId, decimal Quantity);

/// <summary>
/// The partner's double of the broker: a small server on this machine that behaves as the broker's documents say. The kit makes the faults.
/// </summary>
public interface IVenue : IAsyncDisposable
{
    /// <summary>What it can do beyond being traded with.</summary>
    VenuePowers Powers { get; }

    /// <summary>The mode of the manifest that it stands for.</summary>
    string Mode { get; }

    /// <summary>Its endpoints, by their names in the manifest.</summary>
    IReadOnlyDictionary<string, Uri> Endpoints { get; }

    /// <summary>What a user would type into the Connect form.</summary>
    IReadOnlyDictionary<string, string> Credentials { get; }

    /// <summary>The same with a wrong password or key; <c>null</c> for a broker without credentials.</summary>
    IReadOnlyDictionary<string, string>? WrongCredentials => null;

    /// <summary>
    /// The channel to the account's agent, for a broker that is reached through one; <c>null</c> for the others. The kit makes its faults.
    /// </summary>
    IAgentChannel? Agent => null;

    /// <summary>Platform symbol of an instrument that can be traded now, with a steady price.</summary>
    string Symbol { get; }

    /// <summary>Starts flat: no order, no position, an empty ledger, all switches as at the start. Called before every case.</summary>
    Task ResetAsync(CancellationToken ct);

    /// <summary>Every new order that was booked since <see cref="ResetAsync"/>, oldest first. Closes of positions do not count.</summary>
    Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) =>
        throw new NotSupportedException("This venue double declares no ledger.");

    /// <summary>Sets the best prices of <see cref="Symbol"/> and fires what they trigger before it returns.</summary>
    Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct) =>
        throw new NotSupportedException("This venue double declares no prices.");

    /// <summary>Refuses the next order with these words, as the broker refuses.</summary>
    Task RefuseNextAsync(string words, CancellationToken ct) => throw new NotSupportedException("This venue double declares no refusals.");

    /// <summary>Fills half of the next limit order that is reached, and leaves or cancels the rest as the broker does.</summary>
    Task FillPartOfNextAsync(CancellationToken ct) => throw new NotSupportedException("This venue double declares no partial fills.");

    /// <summary>Ends the access tokens of all sessions. Logging in again works.</summary>
    Task ExpireTokensAsync(CancellationToken ct) => throw new NotSupportedException("This venue double declares no expiry.");

    /// <summary>Disturbs the events of the push feed until the next reset.</summary>
    Task DisturbStreamAsync(StreamFault fault, CancellationToken ct) =>
        throw new NotSupportedException("This venue double declares no stream faults.");
}

/// <summary>For connectors without a server behind them: they fill in-house.</summary>
public sealed class InHouseVenue : IVenue
{
    /// <summary>A venue that is the connector itself.</summary>
    /// <param name="mode">A mode of the manifest.</param>
    /// <param name="symbol">Platform symbol to trade.</param>
    public InHouseVenue(string mode, string symbol) => (Mode, Symbol) = (mode, symbol);

    /// <inheritdoc/>
    public VenuePowers Powers => VenuePowers.None;

    /// <inheritdoc/>
    public string Mode { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Uri> Endpoints { get; } = new Dictionary<string, Uri>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Credentials { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public string Symbol { get; }

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken ct) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
