using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>Cancels a working order on a person's word.</summary>
internal static class CancelOrderEndpoint
{
    internal sealed record Request(Guid? OrderId);

    /// <param name="OrderId">The order that was canceled.</param>
    internal sealed record Canceled(bool Success, Guid OrderId, decimal FilledQty);

    internal static async Task<Results<Ok<Canceled>, Accepted<PendingOrder>, ProblemHttpResult>> Handle(
        Request request, TenantContext tenant, TradingReads reads, OrderDesk desk, OrderAnswers answers, CancellationToken ct)
    {
        if (request.OrderId is not { } id) return Problem.Invalid("order_id", "Name the order to cancel.");
        if (await reads.OrderAsync(tenant.Wall, new OrderId(id), ct) is not { } order) return Problem.NotFound();
        if (order.Status is not ("WORKING" or "PARTIALLY_FILLED"))
            return Problem.Of(StatusCodes.Status409Conflict, OrderCodes.NotWorking, $"The order is not working: it is {order.Status}.");

        var exit = await desk.CancelAsync(tenant.Wall, order, ct);
        var answer = await answers.WaitAsync(new AccountId(order.AccountId), exit, OrderAnswers.PersonPatience, ct);
        if (answer is null or { Status: "UNKNOWN" }) return TypedResults.Accepted($"/api/orders/{id}", PendingOrder.Of(new OrderId(id)));
        if (answer is { Status: "CANCELED", RejectCode: null })
            return TypedResults.Ok(new Canceled(true, id, (await reads.OrderAsync(tenant.Wall, new OrderId(id), ct))?.FilledQty ?? 0));
        return ExitAnswers.Refused(answer);
    }
}
