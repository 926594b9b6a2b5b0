using System.Runtime.CompilerServices;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

/// <summary>A session that does everything right. Saboteurs override one member.</summary>
internal class ToyConnector(Toy toy) : IBrokerConnector, IModifyOrders
{
    protected Toy Toy { get; } = toy;

    private Client Client => Toy.Client;

    public virtual async Task<AccountSnapshot> GetAccountAsync(CancellationToken ct)
    {
        var money = await Client.GetAsync("account", WireJson.Default.Money, RequestClass.Query, ct);
        return new AccountSnapshot { Currency = money.Currency, Balance = money.Balance };
    }

    public virtual async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        try
        {
            var listing = await Client.GetAsync($"instruments/{query.Symbol ?? "EURUSD"}", WireJson.Default.Listing,
                RequestClass.Query, ct);
            return
            [
                new Instrument
                {
                    Symbol = listing.Symbol, BrokerSymbol = listing.BrokerSymbol, TickSize = listing.Tick, QuantityStep = listing.Step,
                    MinQuantity = listing.Min, ContractSize = 100_000m, QuoteCurrency = "USD", QuantityUnit = QuantityUnit.Lots,
                    AssetClass = "forex",
                },
            ];
        }
        catch (ConnectorException e) when (e.Kind is ConnectorErrorKind.NotFound)
        {
            return [];
        }
    }

    public virtual async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct)
    {
        var price = await Client.GetAsync($"quotes/{brokerSymbol}", WireJson.Default.Price, RequestClass.Quote, ct);
        return new Quote { BrokerSymbol = brokerSymbol, Bid = price.Bid, Ask = price.Ask, At = price.At };
    }

    public virtual Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        if (order.Type is OrderType.Limit or OrderType.Stop && order.Price is null)
            return Task.FromResult<OrderOutcome>(new OrderOutcome.NotSent("A limit or stop order needs a price."));
        var body = new NewOrder(order.ClientOrderId, order.Instrument.BrokerSymbol, Lower(order.Side), Lower(order.Type), order.Quantity,
            order.Price, order.StopLoss, order.TakeProfit);
        return Client.SendAsync(Command.Place, HttpMethod.Post, "orders",
            JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.NewOrder), Accepted, ct);
    }

    public virtual async Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct)
    {
        var id = order.BrokerOrderId;
        try
        {
            id ??= (await FindAsync(order, ct))?.BrokerOrderId;
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        if (id is null) return new OrderOutcome.Unknown("The toy broker does not show the order.");
        var outcome = await Client.SendAsync(Command.Cancel, HttpMethod.Delete, $"orders/{id}", [], Accepted, ct);
        return outcome is OrderOutcome.Rejected { BrokerCode: "NOTFOUND" } absent
            ? new OrderOutcome.Unknown(absent.BrokerText, id) : outcome;
    }

    public virtual Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) => Client.SendAsync(
        Command.Close, HttpMethod.Post, $"positions/{close.BrokerPositionId}/close",
        JsonSerializer.SerializeToUtf8Bytes(new Closing(close.ClientOrderId, close.Quantity), WireJson.Default.Closing), Accepted, ct);

    public virtual Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct) =>
        change is { Price: { } price, Order.BrokerOrderId: { } id }
            ? Client.SendAsync(Command.Modify, HttpMethod.Patch, $"orders/{id}",
                JsonSerializer.SerializeToUtf8Bytes(new NewPrice(price), WireJson.Default.NewPrice), Accepted, ct)
            : Task.FromResult<OrderOutcome>(new OrderOutcome.NotSent("The toy broker changes prices only."));

    public virtual async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        await FindAsync(order, ct) is { } found ? new OrderLookup.Found(found) : new OrderLookup.Absent(Conclusive: true);

    public virtual async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => new()
    {
        At = Toy.Context.Clock.GetUtcNow(),
        OpenOrders = [.. (await Client.GetAsync("orders?open=true", WireJson.Default.WireOrderArray, RequestClass.Query, ct))
            .Select(Report)],
        Positions = [.. (await PositionsAsync(ct)).Select(Report)],
        Fills = [.. (await Client.GetAsync($"fills?since={Uri.EscapeDataString(window.Since?.ToString("O") ?? "")}",
            WireJson.Default.WireFillArray, RequestClass.Query, ct)).Select(Report)],
    };

    public virtual async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var next = (await EventsAsync(int.MaxValue, ct)).Next;
        yield return new AccountUpdate.Snapshot(await GetStateAsync(new StateWindow(), ct));
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), Toy.Context.Clock, ct);
            var events = await EventsAsync(next, ct);
            next = events.Next;
            foreach (var update in events.Items.SelectMany(Updates)) yield return update;
        }
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected virtual async Task<WirePosition[]> PositionsAsync(CancellationToken ct) =>
        await Client.GetAsync("positions", WireJson.Default.WirePositionArray, RequestClass.Query, ct);

    protected Task<Events> EventsAsync(int after, CancellationToken ct) =>
        Client.GetAsync($"events?after={after}", WireJson.Default.Events, RequestClass.Query, ct);

    protected virtual IEnumerable<AccountUpdate> Updates(WireEvent told)
    {
        if (told.Order is { } order) yield return new AccountUpdate.Order(Report(order));
        if (told.Fill is { } fill) yield return new AccountUpdate.Fill(Report(fill));
        if (told.Position is { } position) yield return new AccountUpdate.Position(Report(position), told.Closed);
    }

    protected async Task<OrderReport?> FindAsync(OrderKey key, CancellationToken ct)
    {
        var query = key.BrokerOrderId is { } id ? $"id={id}" : $"client={key.ClientOrderId}";
        return (await Client.GetAsync($"orders?{query}", WireJson.Default.WireOrderArray, RequestClass.Query, ct)).Select(Report)
            .FirstOrDefault();
    }

    protected virtual OrderReport Report(WireOrder order) => new()
    {
        BrokerOrderId = order.Id, ClientOrderId = order.ClientId, BrokerSymbol = order.Symbol, Side = SideOf(order.Side),
        Quantity = order.Quantity, FilledQuantity = order.Filled, Type = order.Type switch { "market" => OrderType.Market, "limit" =>
            OrderType.Limit, "stop" => OrderType.Stop, _ => OrderType.Unknown }, Status = order.Status switch
            {
                "working" => OrderStatus.Working,
                "partial" => OrderStatus.PartiallyFilled,
                "filled" => OrderStatus.Filled,
                "canceled" => OrderStatus.Canceled,
                _ => OrderStatus.Unknown
            }, AveragePrice = order.Average, Price = order.Price, BrokerPositionId = order.PositionId, CreatedAt = order.At,
    };

    protected virtual PositionReport Report(WirePosition position) => new()
    {
        BrokerPositionId = position.Id, BrokerSymbol = position.Symbol, Side = SideOf(position.Side), Quantity = position.Quantity,
        AveragePrice = position.Average, StopLoss = position.StopLoss, TakeProfit = position.TakeProfit, ClientOrderId = position.ClientId,
    };

    protected virtual FillReport Report(WireFill fill) => new()
    {
        BrokerFillId = fill.Id, BrokerOrderId = fill.OrderId, BrokerSymbol = fill.Symbol, Side = SideOf(fill.Side),
        Quantity = fill.Quantity, Price = fill.Price, At = fill.At,
    };

    protected OrderOutcome Accepted(string body)
    {
        var order = JsonSerializer.Deserialize(body, WireJson.Default.WireOrder) ?? throw new JsonException("nothing");
        return new OrderOutcome.Accepted(order.Id, Report(order));
    }

    private static string Lower<T>(T word) where T : struct, Enum => word.ToString().ToLowerInvariant();

    private static Side SideOf(string side) => side is "buy" ? Side.Buy : Side.Sell;
}
