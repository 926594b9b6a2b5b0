using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>Moves the stop and target of a position, on a person's word.</summary>
internal static class ProtectPositionEndpoint
{
    private const decimal LargestPrice = 1_000_000_000_000m;

    /// <summary>A price moves it, null takes it away; what is left out stays as it is.</summary>
    internal sealed record Request
    {
        public decimal? StopLoss
        {
            get;
            init
            {
                field = value;
                NamesStop = true;
            }
        }

        public decimal? TakeProfit
        {
            get;
            init
            {
                field = value;
                NamesTarget = true;
            }
        }

        internal bool NamesStop { get; private init; }
        internal bool NamesTarget { get; private init; }
    }

    internal sealed record Protected(bool Success, Guid OrderId);

    internal static async Task<Results<Ok<Protected>, Accepted<PendingOrder>, ProblemHttpResult>> Handle(
        Guid id, Request request, TenantContext tenant, TradingReads reads, OrderDesk desk, OrderAnswers answers, CancellationToken ct)
    {
        if (await reads.PositionAsync(tenant.Wall, new PositionId(id), ct) is not { } position) return Problem.NotFound();
        if (position.View.Status != "OPEN") return ExitAnswers.AlreadyClosed();
        if (!request.NamesStop && !request.NamesTarget) return Problem.Invalid("stop_loss", "Give a stop_loss, a take_profit, or both.");
        if (request.StopLoss is <= 0 or > LargestPrice)
            return Problem.Invalid("stop_loss", "It must be a price above zero, or null for none.");
        if (request.TakeProfit is <= 0 or > LargestPrice)
            return Problem.Invalid("take_profit", "It must be a price above zero, or null for none.");
        var protect = new TradeIntent
        {
            Action = TradeAction.Protect,
            Symbol = position.View.Symbol,
            StopLoss = request.StopLoss is { } stop ? new PriceRule(PriceMode.Price, stop) : null,
            TakeProfit = request.TakeProfit is { } target ? new PriceRule(PriceMode.Price, target) : null,
            RemovesStop = request is { NamesStop: true, StopLoss: null },
            RemovesTarget = request is { NamesTarget: true, TakeProfit: null },
        };
        var order = await desk.ProtectAsync(tenant.Wall, position.View, protect, ct);
        return await answers.WaitAsync(new AccountId(position.View.AccountId), order, OrderAnswers.PersonPatience, ct) switch
        {
            null or { Status: "UNKNOWN" } => TypedResults.Accepted($"/api/orders/{order}", PendingOrder.Of(order)),
            { Status: "FILLED" } or { RejectCode: OrderCodes.AlreadyThere } => TypedResults.Ok(new Protected(true, order.Value)),
            { RejectCode: OrderCodes.NothingToProtect } => ExitAnswers.AlreadyClosed(),
            { } view => ExitAnswers.Refused(view),
        };
    }
}
