using TradeFlow.Simulators.ProjectX.Engine;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX.Endpoints;

internal sealed class TradeEndpoints(World world)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/Order/place", Place).WithMetadata(new Operation("PLACE_ORDER"));
        api.MapPost("/Order/modify", Modify).WithMetadata(new Operation("MODIFY_ORDER"));
        api.MapPost("/Order/cancel", Cancel).WithMetadata(new Operation("CANCEL_ORDER"));
        api.MapPost("/Position/closeContract", context => Close(context, partial: false)).WithMetadata(new Operation("CLOSE_CONTRACT"));
        api.MapPost("/Position/partialCloseContract", context => Close(context, partial: true))
            .WithMetadata(new Operation("PARTIAL_CLOSE"));
    }

    private IResult Place(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        var request = new OrderRequest
        {
            AccountId = fields.Int("accountId"),
            ContractId = fields.Text("contractId"),
            Type = fields.Int("type"),
            Side = fields.Int("side"),
            Size = fields.Int("size"),
            LimitPrice = fields.OptionalDecimal("limitPrice"),
            StopPrice = fields.OptionalDecimal("stopPrice"),
            TrailPrice = fields.OptionalDecimal("trailPrice"),
            CustomTag = fields.OptionalText("customTag"),
            StopLoss = Bracket(fields.Object("stopLossBracket"), out var first),
            TakeProfit = Bracket(fields.Object("takeProfitBracket"), out var second),
        };
        if ((fields.Problem ?? first ?? second) is { } problem) return problem;
        lock (world.Gate)
        {
            var reply = world.Orders.Place(Gatekeeper.User(context), request);
            return Results.Ok(
                new { orderId = reply.OrderId ?? 0, success = reply.Code == 0, errorCode = reply.Code, errorMessage = reply.Message });
        }
    }

    private IResult Modify(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        var (accountId, orderId) = (fields.Int("accountId"), fields.Long("orderId"));
        var (size, limit, stop, trail) = (fields.OptionalInt("size"), fields.OptionalDecimal("limitPrice"),
            fields.OptionalDecimal("stopPrice"),
            fields.OptionalDecimal("trailPrice"));
        if (fields.Problem is { } problem) return problem;
        lock (world.Gate) return Answer(world.Orders.Modify(Gatekeeper.User(context), accountId, orderId, size, limit, stop, trail));
    }

    private IResult Cancel(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        var (accountId, orderId) = (fields.Int("accountId"), fields.Long("orderId"));
        if (fields.Problem is { } problem) return problem;
        lock (world.Gate) return Answer(world.Orders.Cancel(Gatekeeper.User(context), accountId, orderId));
    }

    private Task Close(HttpContext context, bool partial)
    {
        var fields = Gatekeeper.Fields(context);
        var (accountId, contractId) = (fields.Int("accountId"), fields.Text("contractId"));
        var size = partial ? fields.Int("size") : (int?)null;
        if (fields.Problem is { } problem) return problem.ExecuteAsync(context);
        Reply reply;
        lock (world.Gate) reply = world.Orders.Close(Gatekeeper.User(context), accountId, contractId, size);
        return Answer(reply).ExecuteAsync(context);
    }

    private static Bracket? Bracket(Fields? fields, out IResult? problem)
    {
        problem = null;
        if (fields is null) return null;
        var bracket = new Bracket(fields.Int("ticks"), fields.Int("type"));
        problem = fields.Problem;
        return bracket;
    }

    private static IResult Answer(Reply reply) => Envelope.Of(reply.Code, reply.Message);
}
