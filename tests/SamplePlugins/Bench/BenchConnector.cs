using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Bench;

internal sealed class BenchConnector(string id, Uri api, string token, WebSocket? socket, IConnectorContext context) : IBrokerConnector
{
    internal const string Currency = "USD";
    internal const decimal Balance = 100_000m;

    private static readonly Instrument[] All =
    [
        .. new[] { "EURUSD", "GBPUSD" }.Select(symbol => new Instrument
        {
            Symbol = symbol, BrokerSymbol = symbol, TickSize = 0.00001m, QuantityStep = 0.01m, MinQuantity = 0.01m, ContractSize = 100_000m,
            QuoteCurrency = Currency, QuantityUnit = QuantityUnit.Lots, AssetClass = "forex",
        }),
    ];

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => Task.FromResult(Money);

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<Instrument>>(query.Symbol is { } symbol ? [.. All.Where(one => one.Symbol == symbol)] : All);

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) =>
        Task.FromResult(new Quote { BrokerSymbol = brokerSymbol, Bid = 1.1m, Ask = 1.1001m, At = context.Clock.GetUtcNow() });

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        SendAsync(order.ClientOrderId, order.Instrument, order.Side, order.Quantity, order.ReferencePrice, RequestClass.Order, ct);

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Rejected(RejectReason.Other, "filled", "Every order is filled at once."));

    // One position in each symbol: what closes it is an order the other way, of 0 for all that is open.
    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) => SendAsync(
        close.ClientOrderId, close.Instrument, close.PositionSide == Side.Buy ? Side.Sell : Side.Buy, close.Quantity ?? 0,
        close.ReferencePrice, RequestClass.Cancel, ct);

    public async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct)
    {
        using var told = await ReadAsync($"/orders/{order.ClientOrderId}", ct);
        var found = told.RootElement;
        if (!found.TryGetProperty("order", out var number)) return new OrderLookup.Absent(Conclusive: true);
        var qty = found.GetProperty("qty").GetDecimal();
        return new OrderLookup.Found(new OrderReport
        {
            BrokerOrderId = number.GetString()!, // the stand-in writes it
            ClientOrderId = order.ClientOrderId, BrokerSymbol = found.GetProperty("symbol").GetString()!, // and this
            Side = found.GetProperty("side").ValueEquals("buy") ? Side.Buy : Side.Sell, Status = OrderStatus.Filled,
            Quantity = qty, FilledQuantity = qty, AveragePrice = 1.09m,
        });
    }

    public async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct)
    {
        using var told = await ReadAsync($"/accounts/{id}", ct);
        List<PositionReport> positions = [];
        foreach (var held in told.RootElement.GetProperty("positions").EnumerateArray())
        {
            var net = held.GetProperty("net").GetDecimal();
            var symbol = held.GetProperty("symbol").GetString()!; // the stand-in writes it
            positions.Add(new PositionReport
            {
                BrokerPositionId = held.GetProperty("id").GetString()!, // and this
                BrokerSymbol = symbol, Side = net > 0 ? Side.Buy : Side.Sell, Quantity = Math.Abs(net), AveragePrice = 1.09m,
                CurrentPrice = 1.09m, UnrealizedPnl = 0m,
            });
        }
        return new BrokerState { At = context.Clock.GetUtcNow(), OpenOrders = [], Positions = positions, Account = Money };
    }

    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) =>
        PollingStream.Over(this, context.Clock, TimeSpan.FromSeconds(5), ct);

    public async ValueTask DisposeAsync()
    {
        socket?.Dispose();
        try
        {
            using var message = Request(HttpMethod.Post, $"/sessions/{token}/end");
            message.Content = new ByteArrayContent([]);
            using var answer = await context.Http.SendOnceAsync(message, RequestClass.Auth, CancellationToken.None);
        }
        catch (Exception e) when (e is HttpRequestException or RequestNotSentException or OperationCanceledException)
        {
            // Its end is told by the socket as well.
        }
    }

    private static AccountSnapshot Money => new() { Currency = Currency, Balance = Balance, Equity = Balance };

    private async Task<OrderOutcome> SendAsync(
        string clientId, Instrument instrument, Side side, decimal quantity, decimal? reference, RequestClass kind, CancellationToken ct)
    {
        var way = side == Side.Buy ? "buy" : "sell";
        var price = reference ?? 1.1m;
        var body = string.Create(CultureInfo.InvariantCulture,
            $$"""{"account":"{{id}}","id":"{{clientId}}","symbol":"{{instrument.BrokerSymbol}}","side":"{{way}}","qty":{{quantity}}} """);
        try
        {
            using var message = Request(HttpMethod.Post, "/orders");
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await context.Http.SendOnceAsync(message, kind, ct);
            if (answer.StatusCode != HttpStatusCode.OK) return new OrderOutcome.Unknown($"The stand-in answered {(int)answer.StatusCode}.");
            using var told = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
            if (!told.RootElement.TryGetProperty("order", out var given))
                return new OrderOutcome.Rejected(RejectReason.Other, "flat", "Nothing is open.");
            var (number, filled) = (given.GetString()!, told.RootElement.GetProperty("qty").GetDecimal()); // the stand-in writes it
            return new OrderOutcome.Accepted(number, new OrderReport
            {
                BrokerOrderId = number, ClientOrderId = clientId, BrokerSymbol = instrument.BrokerSymbol, Side = side,
                Status = OrderStatus.Filled, Quantity = filled, FilledQuantity = filled, AveragePrice = price,
            });
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or RequestNotSentException or JsonException)
        {
            return HttpOutcome.From(e);
        }
    }

    private async Task<JsonDocument> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            using var message = Request(HttpMethod.Get, path);
            using var answer = await context.Http.QueryAsync(message, RequestClass.Query, ct);
            return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            throw new ConnectorException(ConnectorErrorKind.Unreachable, "The stand-in does not answer.", e);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var message = new HttpRequestMessage(method, new Uri(api, path));
        message.Headers.Add("X-Session", token);
        return message;
    }
}
