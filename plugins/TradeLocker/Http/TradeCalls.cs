using System.Globalization;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>The endpoints below <c>/trade</c> for one account, named after the documents, with the limit that each draws on.</summary>
internal sealed class TradeCalls(TradeTransport transport, string accountId)
{
    private readonly string account = $"trade/accounts/{Uri.EscapeDataString(accountId)}";

    public Task<Cell> ConfigAsync(CancellationToken ct) => transport.QueryAsync("trade/config", null, RequestClass.Query, ct);

    public Task<Cell> StateAsync(CancellationToken ct) => LimitedAsync($"{account}/state", Limits.State, RequestClass.Query, ct);

    /// <summary>Fills of the broker's session. The caller has waited for its turn.</summary>
    public Task<Cell> ExecutionsAsync(CancellationToken ct) =>
        transport.QueryAsync($"{account}/executions", Limits.Executions, RequestClass.Query, ct);

    public Task<Cell> InstrumentsAsync(CancellationToken ct) =>
        LimitedAsync($"{account}/instruments", Limits.Instruments, RequestClass.Query, ct);

    public Task<Cell> InstrumentAsync(long tradableId, long routeId, CancellationToken ct) =>
        LimitedAsync(string.Create(CultureInfo.InvariantCulture, $"trade/instruments/{tradableId}?routeId={routeId}&locale=en"),
            Limits.InstrumentDetails, RequestClass.Query, ct);

    /// <summary>The best prices; only an INFO route has them.</summary>
    public Task<Cell> QuotesAsync(long tradableId, long infoRouteId, CancellationToken ct) =>
        LimitedAsync(string.Create(CultureInfo.InvariantCulture, $"trade/quotes?tradableInstrumentId={tradableId}&routeId={infoRouteId}"),
            Limits.Quotes, RequestClass.Quote, ct);

    /// <summary>Open positions. The caller has waited for its turn.</summary>
    public Task<Cell> PositionsAsync(CancellationToken ct) =>
        transport.QueryAsync($"{account}/positions", Limits.Positions, RequestClass.Query, ct);

    /// <summary>
    /// Orders that are not final, the stop-loss and take-profit legs of positions among them. The caller has waited for its turn.
    /// </summary>
    public Task<Cell> OrdersAsync(CancellationToken ct) => transport.QueryAsync($"{account}/orders", Limits.Orders, RequestClass.Query, ct);

    /// <summary>Final orders of a time span, with <c>hasMore</c> when there are more. The caller has waited for its turn.</summary>
    public Task<Cell> OrdersHistoryAsync(DateTimeOffset from, DateTimeOffset? to, CancellationToken ct) => transport.QueryAsync(
        string.Create(CultureInfo.InvariantCulture, $"{account}/ordersHistory?from={from.ToUnixTimeMilliseconds()}") +
        (to is { } end ? string.Create(CultureInfo.InvariantCulture, $"&to={end.ToUnixTimeMilliseconds()}") : ""), Limits.OrdersHistory,
        RequestClass.Query, ct);

    public TimeSpan FreeIn(string limit) => transport.FreeIn(limit);

    public ValueTask TurnAsync(string limit, CancellationToken ct) => transport.TurnAsync(limit, ct);

    public Task<Answer> PlaceOrderAsync(PlaceOrderBody body, CancellationToken ct) =>
        transport.CommandAsync(HttpMethod.Post, $"{account}/orders",
            JsonSerializer.SerializeToUtf8Bytes(body, RequestJson.Default.PlaceOrderBody), Limits.PlaceOrder, RequestClass.Order, ct);

    public Task<Answer> ChangeOrderAsync(string orderId, Change change, CancellationToken ct) =>
        transport.CommandAsync(HttpMethod.Patch, $"trade/orders/{Uri.EscapeDataString(orderId)}", change.ToJson(), Limits.ModifyOrder,
            RequestClass.Order, ct);

    public Task<Answer> CancelOrderAsync(string orderId, CancellationToken ct) =>
        transport.CommandAsync(HttpMethod.Delete, $"trade/orders/{Uri.EscapeDataString(orderId)}", [], Limits.ModifyOrder,
            RequestClass.Cancel, ct);

    public Task<Answer> ChangePositionAsync(string positionId, Change change, CancellationToken ct) =>
        transport.CommandAsync(HttpMethod.Patch, $"trade/positions/{Uri.EscapeDataString(positionId)}", change.ToJson(),
            Limits.ModifyPosition, RequestClass.Order, ct);

    /// <summary>Closes lots of a position; 0 closes all. "ok" says that the broker will try.</summary>
    public Task<Answer> ClosePositionAsync(string positionId, decimal lots, CancellationToken ct) => transport.CommandAsync(
        HttpMethod.Delete, $"trade/positions/{Uri.EscapeDataString(positionId)}", JsonSerializer.SerializeToUtf8Bytes(new CloseBody(lots),
            RequestJson.Default.CloseBody), Limits.ModifyPosition, RequestClass.Cancel, ct);

    private async Task<Cell> LimitedAsync(string path, string limit, RequestClass requestClass, CancellationToken ct)
    {
        await transport.TurnAsync(limit, ct);
        return await transport.QueryAsync(path, limit, requestClass, ct);
    }
}

/// <summary>The <c>rateLimitType</c>s of <c>/trade/config</c>.</summary>
internal static class Limits
{
    public const string State = "GET_ACCOUNTS_STATE";
    public const string Executions = "GET_EXECUTIONS";
    public const string Instruments = "GET_INSTRUMENTS";
    public const string InstrumentDetails = "GET_INSTRUMENT_DETAILS";
    public const string Quotes = "QUOTES";
    public const string Positions = "GET_POSITIONS";
    public const string Orders = "GET_ORDERS";
    public const string OrdersHistory = "GET_ORDERS_HISTORY";
    public const string PlaceOrder = "PLACE_ORDER";
    public const string ModifyOrder = "MODIFY_ORDER";
    public const string ModifyPosition = "MODIFY_POSITION";
}
