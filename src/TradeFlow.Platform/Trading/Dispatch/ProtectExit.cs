using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Moves the stops and targets of open positions. It opens nothing however often it is sent, so after a crash it simply runs again. The
/// request ends as FILLED when every position has what it was to get.
/// </summary>
internal sealed class ProtectExit(OpenPositions positions, PositionStore book, OrderEnding ending, SendOnce send)
{
    private sealed record Step(CloseTarget Target, ProtectPlan Plan);

    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public async Task<OrderRow?> RunAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct)
    {
        if (session.Connector is not IModifyOrders modify)
            throw new RefusedException(OrderCodes.CannotModify,
                $"{session.Manifest.Name} does not change the stops of an open position: close it, or set them with the entry.",
                "intent.action");
        var steps = await StepsAsync(lane, order, session, ct);
        if (steps.Count == 0) return await ending.CancelAsync(lane, order, OrderCodes.NothingToProtect, "Nothing was open.");
        if (steps.Find(step => step.Plan.Fault is not null) is { Plan.Fault: { } fault })
            throw new RefusedException(OrderCodes.SignalInvalid, fault.Words,
                order.Intent.PositionId is null ? fault.Field : FieldOf(fault.Field));
        steps.RemoveAll(step => step.Plan.ChangesNothing);
        if (steps.Count == 0) return await ending.CancelAsync(lane, order, OrderCodes.AlreadyThere, "The stops are there already.");
        var resolved = new ResolvedOrder
        {
            BrokerSymbol = steps[0].Target.Instrument.BrokerSymbol, StopLoss = steps[0].Plan.StopLoss,
            TakeProfit = steps[0].Plan.TakeProfit,
        };
        return await send.RunAsync(lane, order, resolved, deadline => ModifyAsync(modify, order, steps, deadline));
    }

    /// <summary>Does every position have what it was to get?</summary>
    public async Task<bool> IsDoneAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct) =>
        (await StepsAsync(lane, order, session, ct)).TrueForAll(step => step.Plan.ChangesNothing);

    private async Task<List<Step>> StepsAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct)
    {
        var intent = order.Intent;
        string? named = null;
        if (intent.PositionId is { } id)
        {
            named = (await book.KeyOfOpenAsync(lane.AccountId.Value, id, ct))?.Key
                ?? throw new RefusedException(OrderCodes.PositionClosed, "The position is closed already.", "position_id");
        }
        List<Step> steps = [];
        foreach (var target in await positions.FindAsync(lane, session, order, intent, named, [], ct))
        {
            var market = target.Position.CurrentPrice ?? await MarketAsync(session, target, ct);
            steps.Add(new Step(target, ProtectPrices.From(intent, target.Position, target.Instrument, market)));
        }
        return steps;
    }

    // A person names the two by the fields of the request.
    private static string FieldOf(string field) => field.StartsWith("intent.tp", StringComparison.Ordinal) ? "take_profit" : "stop_loss";

    private static async Task<decimal?> MarketAsync(AccountSession session, CloseTarget target, CancellationToken ct)
    {
        try
        {
            var quote = await session.Connector.GetQuoteAsync(target.Instrument.BrokerSymbol, ct);
            return target.Position.Side == Side.Buy ? quote.Bid : quote.Ask;
        }
        catch (ConnectorException)
        {
            // The broker judges the prices itself.
            return null;
        }
    }

    private static async Task<OrderOutcome> ModifyAsync(IModifyOrders modify, OrderRow order, List<Step> steps, CancellationToken ct)
    {
        OrderOutcome? bad = null;
        foreach (var (target, plan) in steps)
        {
            var change = new ModifyOrder
            {
                Order = new OrderKey { ClientOrderId = order.ClientOrderId, BrokerSymbol = target.Instrument.BrokerSymbol },
                BrokerPositionId = target.Position.BrokerPositionId,
                StopLoss = plan.StopLoss,
                TakeProfit = plan.TakeProfit,
            };
            switch (await modify.ModifyAsync(change, ct))
            {
                case OrderOutcome.Accepted:
                    break;
                // What cannot be changed there is said at once, in the broker's words, and not tried again.
                case OrderOutcome.NotSent kept:
                    bad ??= new OrderOutcome.Rejected(RejectReason.Other, "", kept.Why);
                    break;
                case var other:
                    bad = bad is OrderOutcome.Unknown ? bad : other;
                    break;
            }
        }
        var first = steps[0].Target;
        return bad ?? new OrderOutcome.Accepted("", new OrderReport
        {
            BrokerOrderId = "", BrokerSymbol = first.Instrument.BrokerSymbol, Side = Side.Unknown,
            Status = OrderStatus.Filled, Quantity = 0,
        });
    }
}
