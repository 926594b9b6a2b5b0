using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>Closes a position, or a part of it, on a person's word.</summary>
internal static class ClosePositionEndpoint
{
    internal sealed record Request(Guid? PositionId, decimal? Qty);

    /// <param name="Pnl">Realised by what was closed, net of fees, in the account's currency.</param>
    internal sealed record Closed(bool Success, decimal? Pnl, decimal? GrossPnl, decimal FilledQty, Guid OrderId);

    internal static async Task<Results<Ok<Closed>, Accepted<PendingOrder>, ProblemHttpResult>> Handle(
        Request request, TenantContext tenant, TradingReads reads, OrderDesk desk, OrderAnswers answers, CancellationToken ct)
    {
        if (request.PositionId is not { } id) return Problem.Invalid("position_id", "Name the position to close.");
        if (await reads.PositionAsync(tenant.Wall, new PositionId(id), ct) is not { } position) return Problem.NotFound();
        if (position.View.Status != "OPEN") return ExitAnswers.AlreadyClosed();
        if (request.Qty is <= 0) return Problem.Invalid("qty", "The quantity must be above zero.");
        if (request.Qty > position.View.Qty)
            return Problem.Invalid("qty", $"{position.View.Qty:0.##########} is open: close that or less.");

        var order = await desk.CloseAsync(tenant.Wall, position.View, request.Qty, ct);
        var view = await answers.WaitAsync(new AccountId(position.View.AccountId), order, OrderAnswers.PersonPatience, ct);
        return view switch
        {
            null or { Status: "UNKNOWN" or "WORKING" } => TypedResults.Accepted($"/api/orders/{order}", PendingOrder.Of(order)),
            { FilledQty: > 0 } => TypedResults.Ok(new Closed(true, view.Pnl, view.GrossPnl, view.FilledQty, view.Id)),
            _ => ExitAnswers.Refused(view),
        };
    }
}

/// <summary>Recorded and on its way: the order tells what becomes of it.</summary>
internal sealed record PendingOrder(bool Success, Guid OrderId, string Status)
{
    public static PendingOrder Of(OrderId order) => new(true, order.Value, "pending");
}

/// <summary>What a refused exit is answered.</summary>
internal static class ExitAnswers
{
    public static ProblemHttpResult AlreadyClosed() =>
        Problem.Of(StatusCodes.Status409Conflict, OrderCodes.PositionClosed, "The position is closed already.");

    public static ProblemHttpResult Refused(OrderView order) => order.RejectCode switch
    {
        OrderCodes.PositionClosed or OrderCodes.NothingToClose => AlreadyClosed(),
        OrderCodes.NotWorking or OrderCodes.NothingToCancel =>
            Problem.Of(StatusCodes.Status409Conflict, OrderCodes.NotWorking, "The order is not working any more."),
        OrderCodes.SignalInvalid or OrderCodes.BelowMinimum when order.Errors is { Count: > 0 } errors => Problem.Invalid(errors),
        _ => Problem.Of(StatusCodes.Status422UnprocessableEntity, order.RejectCode ?? OrderCodes.BrokerRejected,
            order.RejectReason ?? "The broker refused.", new Dictionary<string, object?> { ["order_id"] = order.Id }),
    };
}
