using System.Globalization;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>The hands of the cases.</summary>
internal sealed partial class CaseStage
{
    public KitContext Context(IReadOnlyDictionary<string, string>? credentials = null) =>
        new(Http, Clock, Log, State, (credentials ?? Venue.Credentials).ToDictionary(entry => entry.Key,
            entry => new Secret<string>(entry.Value), StringComparer.Ordinal), Agent);

    public ConnectRequest Request(string? account = null) =>
        new() { Mode = Venue.Mode, Endpoints = Venue.Endpoints, BrokerAccountId = account };

    public async Task<ConnectOutcome.Connected> LogInAsync(IConnectorFactory factory) =>
        RequireIs<ConnectOutcome.Connected>(await factory.ConnectAsync(Request(), Context(), Ct).ConfigureAwait(false),
            "The venue's own credentials have to connect.");

    /// <summary>A session for the first account of the venue's credentials.</summary>
    public async Task<IBrokerConnector> OpenAsync()
    {
        var factory = Plugin.CreateFactory();
        var connected = await LogInAsync(factory).ConfigureAwait(false);
        if (connected.Session is null)
        {
            Require(connected.Accounts.Count > 0, "A log-in without a session has to list accounts.");
            connected = RequireIs<ConnectOutcome.Connected>(await factory.ConnectAsync(Request(connected.Accounts[0].Id), Context(),
                Ct).ConfigureAwait(false), "A named account has to connect.");
        }
        return Keep(connected.Session ?? throw new CaseFailedException("A log-in that names an account has to give a session."));
    }

    public IBrokerConnector Keep(IBrokerConnector session)
    {
        sessions.Add(session);
        return session;
    }

    public async Task<Instrument> InstrumentAsync(IBrokerConnector session)
    {
        var found = await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = Venue.Symbol }, Ct).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : throw new CaseFailedException($"The instrument {Venue.Symbol} has to be found.");
    }

    /// <summary>A market order of twice the smallest quantity, so that a half is a quantity too.</summary>
    public async Task<PlaceOrder> MarketAsync(IBrokerConnector session, Side side = Side.Buy)
    {
        var instrument = await InstrumentAsync(session).ConfigureAwait(false);
        return new PlaceOrder
        {
            ClientOrderId = NewId(), Instrument = instrument, Side = side, Type = OrderType.Market, Quantity = instrument.MinQuantity * 2
        };
    }

    /// <summary>A buy order far from the market: it works and is not filled.</summary>
    public async Task<PlaceOrder> AwayAsync(IBrokerConnector session, OrderType type = OrderType.Limit)
    {
        var order = await MarketAsync(session).ConfigureAwait(false);
        var quote = await session.GetQuoteAsync(order.Instrument.BrokerSymbol, Ct).ConfigureAwait(false);
        return order with
        {
            Type = type, Price = OnTick(type is OrderType.Limit ? quote.Bid * 0.95m : quote.Ask * 1.05m, order.Instrument)
        };
    }

    public static decimal OnTick(decimal price, Instrument instrument) => Math.Round(price / instrument.TickSize) * instrument.TickSize;

    // What the host makes of whatever leaves an order command.
    public static async Task<OrderOutcome> OutcomeAsync(Func<Task<OrderOutcome>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return new OrderOutcome.Unknown($"It threw {Tell(e)}");
        }
    }

    public Task<OrderOutcome> PlaceAsync(IBrokerConnector session, PlaceOrder order) => OutcomeAsync(() => session.PlaceAsync(order, Ct));

    public async Task<OrderOutcome.Accepted> AcceptedAsync(IBrokerConnector session, PlaceOrder order) =>
        RequireIs<OrderOutcome.Accepted>(await PlaceAsync(session, order).ConfigureAwait(false),
            $"A plain {order.Type} order has to be accepted.");

    public OrderKey Key(string clientOrderId, string? brokerOrderId = null, string? symbol = null, TimeSpan ago = default) =>
        new() { ClientOrderId = clientOrderId, BrokerOrderId = brokerOrderId, BrokerSymbol = symbol, SentAt = Clock.GetUtcNow() - ago };

    public OrderKey Key(PlaceOrder order, string? brokerOrderId = null) =>
        Key(order.ClientOrderId, brokerOrderId, order.Instrument.BrokerSymbol);

    public Task<BrokerState> StateAsync(IBrokerConnector session, DateTimeOffset? since = null) =>
        session.GetStateAsync(new StateWindow { Since = since }, Ct);

    /// <summary>The order once it stands as wanted. Looks with the broker's id: an order that was accepted has one.</summary>
    public Task<OrderReport> FoundAsync(IBrokerConnector session, OrderKey key, OrderStatus status) => EventuallyAsync(
        async () => await session.FindOrderAsync(key, Ct).ConfigureAwait(false) is OrderLookup.Found { Report: var report }
            && report.Status == status ? report : null, $"FindOrderAsync has to find the order as {status}.");

    /// <summary>An open position of the case's own making.</summary>
    public async Task<(PositionReport Position, PlaceOrder Order, OrderOutcome.Accepted Accepted)> PositionAsync(
        IBrokerConnector session, Side side = Side.Buy)
    {
        var order = await MarketAsync(session, side).ConfigureAwait(false);
        var accepted = await AcceptedAsync(session, order).ConfigureAwait(false);
        var position = await EventuallyAsync(
            async () => (await StateAsync(session).ConfigureAwait(false)).Positions
                .FirstOrDefault(position => position.BrokerSymbol == order.Instrument.BrokerSymbol),
            "A filled market order has to be seen as a position.").ConfigureAwait(false);
        return (position, order, accepted);
    }

    public ClosePosition Closing(PositionReport position, Instrument instrument, decimal? quantity = null) => new()
    {
        ClientOrderId = NewId(), BrokerPositionId = position.BrokerPositionId, Instrument = instrument, PositionSide = position.Side,
        Quantity = quantity,
    };

    public Task<BrokerState> FlatAsync(IBrokerConnector session) => EventuallyAsync(
        async () => await StateAsync(session).ConfigureAwait(false) is { Positions.Count: 0 } flat ? flat : null,
        "The account has to be flat.");

    /// <summary>What the venue booked with this id, where it tells.</summary>
    public async Task<int> BookedAsync(string clientOrderId) =>
        (await Venue.OrdersAsync(Ct).ConfigureAwait(false))
            .Count(order => order.ClientOrderId == clientOrderId || Manifest.ClientOrderId.Mode is "none");

    public async Task RequireBookedAsync(string clientOrderId, int atMost, int atLeast)
    {
        if (!Venue.Powers.HasFlag(VenuePowers.Ledger)) return;
        var booked = await BookedAsync(clientOrderId).ConfigureAwait(false);
        Require(booked <= atMost, $"The venue booked the order {booked.ToString(CultureInfo.InvariantCulture)} times.");
        Require(booked >= atLeast, "The venue did not book the order.");
    }

    /// <summary>Counts the order commands that left since a mark.</summary>
    public int CommandsSince(int mark) => Http.Commands.Count - mark;
}
