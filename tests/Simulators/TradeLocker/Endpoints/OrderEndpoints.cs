using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

/// <summary>What changes an account.</summary>
internal sealed class OrderEndpoints(World world, Gatekeeper gatekeeper, Orders orders)
{
    public void Map(IEndpointRouteBuilder trade)
    {
        trade.MapPost("/accounts/{accountId}/orders", (Delegate)PlaceAsync).WithMetadata(new Operation("PLACE_ORDER", "PLACE_ORDER"));
        trade.MapDelete("/accounts/{accountId}/orders", CancelAll).WithMetadata(new Operation("CANCEL_ALL_ORDERS", "MODIFY_ORDER"));
        trade.MapPatch("/orders/{orderId:long}", ChangeOrderAsync).WithMetadata(new Operation("MODIFY_ORDER", "MODIFY_ORDER"));
        trade.MapDelete("/orders/{orderId:long}", Cancel).WithMetadata(new Operation("CANCEL_ORDER", "MODIFY_ORDER"));
        trade.MapPatch("/positions/{positionId:long}", ChangePositionAsync)
            .WithMetadata(new Operation("MODIFY_POSITION", "MODIFY_POSITION"));
        trade.MapDelete("/positions/{positionId:long}", CloseAsync).WithMetadata(new Operation("CLOSE_POSITION", "MODIFY_POSITION"));
        trade.MapDelete("/accounts/{accountId}/positions", CloseAll).WithMetadata(new Operation("CLOSE_ALL_POSITIONS", "MODIFY_POSITION"));
    }

    private async Task<IResult> PlaceAsync(HttpContext context)
    {
        var body = await Body.ReadAsync(context.Request);
        var request = new OrderRequest
        {
            TradableInstrumentId = Whole(body, "tradableInstrumentId"),
            RouteId = Whole(body, "routeId"),
            Qty = body.Number("qty") ?? throw new MalformedRequestException("{qty=[must not be null]}"),
            Side = body.Required("side"),
            Type = body.Required("type"),
            Validity = body.Required("validity"),
            Price = body.NumberOrNone("price"),
            StopPrice = body.NumberOrNone("stopPrice"),
            StopLoss = body.NumberOrNone("stopLoss"),
            StopLossType = body.Text("stopLossType"),
            TakeProfit = body.NumberOrNone("takeProfit"),
            TakeProfitType = body.Text("takeProfitType"),
            TrailingOffset = body.NumberOrNone("trStopOffset"),
            StrategyId = body.Text("strategyId"),
        };
        lock (world.Gate)
        {
            var reply = orders.Place(Account(context), request);
            return reply.OrderId is { } id ? Answers.Ok(new { orderId = $"{id}" }) : Answers.Of(reply);
        }
    }

    private IResult Cancel(HttpContext context, long orderId)
    {
        lock (world.Gate) return Answers.Of(orders.Cancel(Account(context), orderId));
    }

    private IResult CancelAll(HttpContext context)
    {
        lock (world.Gate) return Answers.Of(orders.CancelAll(Account(context), Instrument(context)));
    }

    private async Task<IResult> ChangeOrderAsync(HttpContext context, long orderId)
    {
        var body = await Body.ReadAsync(context.Request);
        var change = new OrderChange(body.Change("price"), body.Change("stopPrice"), body.Change("qty"), body.Change("stopLoss"),
            body.Text("stopLossType"), body.Change("takeProfit"), body.Text("takeProfitType"));
        lock (world.Gate) return Answers.Of(orders.Change(Account(context), orderId, change));
    }

    private async Task<IResult> ChangePositionAsync(HttpContext context, long positionId)
    {
        var body = await Body.ReadAsync(context.Request);
        var change = new PositionChange(body.Change("stopLoss"), body.Text("stopLossType"), body.Change("takeProfit"),
            body.Text("takeProfitType"), body.Change("trailingOffset"));
        lock (world.Gate) return Answers.Of(orders.Change(Account(context), positionId, change));
    }

    private async Task<IResult> CloseAsync(HttpContext context, long positionId)
    {
        var qty = (await Body.ReadAsync(context.Request)).Number("qty") ?? throw new MalformedRequestException("{qty=[must not be null]}");
        lock (world.Gate) return Answers.Of(orders.Close(Account(context), positionId, qty));
    }

    private IResult CloseAll(HttpContext context)
    {
        lock (world.Gate) return Answers.Of(orders.CloseAll(Account(context), Instrument(context)));
    }

    private SimAccount Account(HttpContext context) => gatekeeper.Identify(context)!.Account!; // the gatekeeper lets nobody else pass

    private static long? Instrument(HttpContext context) =>
        long.TryParse(context.Request.Query["tradableInstrumentId"], out var id) && id != 0 ? id : null;

    private static long Whole(Body body, string name) => long.TryParse(body.Required(name), out var value) ? value
        : throw new MalformedRequestException($"{{{name}=[has an invalid format]}}");
}
