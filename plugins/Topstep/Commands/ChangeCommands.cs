using System.Globalization;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary><c>Order/cancel</c> and <c>Order/modify</c>; each is sent once.</summary>
internal static class ChangeCommands
{
    public static async Task<OrderOutcome> CancelAsync(AccountSession session, OrderKey key, CancellationToken ct)
    {
        var (id, problem) = await IdAsync(session, key, ct);
        if (id is not { } orderId) return new OrderOutcome.NotSent(problem);
        Answer answer;
        try
        {
            answer = await session.Calls.CancelAsync(orderId, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return HttpOutcome.From(e);
        }
        return answer switch
        {
            Answer.Ok => new OrderOutcome.Accepted(Wires.IdOf(orderId)),
            Answer.Refused => await AfterRefusalAsync(session, key with { BrokerOrderId = Wires.IdOf(orderId) }, answer, ct),
            _ => Outcomes.OfRefusal(answer, ErrorCodes.Cancel),
        };
    }

    public static async Task<OrderOutcome> ModifyAsync(AccountSession session, ModifyOrder change, CancellationToken ct)
    {
        try
        {
            return change.BrokerPositionId is { } position
                ? await ModifyLegsAsync(session, position, change, ct) : await ModifyOrderAsync(session, change, ct);
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return HttpOutcome.From(e);
        }
    }

    private static async Task<OrderOutcome> ModifyOrderAsync(AccountSession session, ModifyOrder change, CancellationToken ct)
    {
        if (change.StopLoss is not null || change.TakeProfit is not null)
            return new OrderOutcome.NotSent("Topstep does not change the stops of an order that waits: cancel it and place another one.");
        if (change.Quantity is { } quantity && quantity != decimal.Truncate(quantity))
            return new OrderOutcome.NotSent("Topstep trades whole contracts.");
        if (change is { Price: null, Quantity: null }) return new OrderOutcome.NotSent("There is nothing to change.");
        var open = await OpenOrdersAsync(session, RequestClass.Query, ct);
        var order = open.FirstOrDefault(row => Wires.IdOf(row.Id) == change.Order.BrokerOrderId)
            ?? open.FirstOrDefault(row => row.CustomTag == change.Order.ClientOrderId);
        return order is null ? new OrderOutcome.NotSent("Topstep shows no such working order.")
            : await ModifyAsync(session, order, change.Price, (int?)change.Quantity, ct);
    }

    // The stops of a position are orders of their own there.
    private static async Task<OrderOutcome> ModifyLegsAsync(
        AccountSession session, string positionId, ModifyOrder change, CancellationToken ct)
    {
        if (change is { StopLoss: null, TakeProfit: null }) return new OrderOutcome.NotSent("There is nothing to change.");
        var positions = (await session.PositionsAsync(RequestClass.Query, ct)).Open;
        if (positions.FirstOrDefault(row => Wires.IdOf(row.Id) == positionId) is not { Size: > 0 } position)
            return new OrderOutcome.NotSent("Topstep shows no such open position.");
        var legs = (await OpenOrdersAsync(session, RequestClass.Query, ct))
            .Where(
                order => order.ContractId == position.ContractId && Wires.Works(order) && session.Sightings.IsProtection(order, [position]))
            .ToList();
        var stop = change.StopLoss is null ? null : legs.Find(Wires.IsStop);
        var target = change.TakeProfit is null ? null : legs.Find(leg => !Wires.IsStop(leg));
        if ((change.StopLoss > 0 && stop is null) || (change.TakeProfit > 0 && target is null))
            return new OrderOutcome.NotSent("The position has no such stop or target at Topstep; one can be set with the entry only.");

        OrderOutcome outcome = new OrderOutcome.Accepted(positionId);
        foreach (var (leg, price) in new[] { (stop, change.StopLoss), (target, change.TakeProfit) })
        {
            if (leg is null || price is not { } level) continue;
            outcome = level > 0 ? await ModifyAsync(session, leg, level, null, ct) : await CancelAsync(session,
                new OrderKey { ClientOrderId = "", BrokerOrderId = Wires.IdOf(leg.Id), SentAt = leg.CreationTimestamp }, ct);
            if (outcome is not OrderOutcome.Accepted) return outcome;
        }
        return outcome is OrderOutcome.Accepted ? new OrderOutcome.Accepted(positionId) : outcome;
    }

    private static async Task<OrderOutcome> ModifyAsync(
        AccountSession session, WireOrder order, decimal? price, int? size, CancellationToken ct)
    {
        var stop = Wires.IsStop(order);
        var answer = await session.Calls.ModifyAsync(new ModifyBody(session.AccountId, order.Id, size, stop ? null : price,
            stop ? price : null), ct);
        return answer is Answer.Ok ? new OrderOutcome.Accepted(Wires.IdOf(order.Id)) : Outcomes.OfRefusal(answer, ErrorCodes.Modify);
    }

    // Code 5 for an order that is filled, code 2 without a word for one that is unknown: what the order itself says decides.
    private static async Task<OrderOutcome> AfterRefusalAsync(AccountSession session, OrderKey key, Answer refused, CancellationToken ct)
    {
        try
        {
            return await FindOrderQuery.RunAsync(session, key, RequestClass.ExitQuery, ct) switch
            {
                OrderLookup.Found { Report.Status: OrderStatus.Canceled } canceled =>
                    new OrderOutcome.Accepted(canceled.Report.BrokerOrderId, canceled.Report),
                OrderLookup.Found { Report.Status: OrderStatus.Filled } =>
                    new OrderOutcome.Rejected(RejectReason.Other, "", "Topstep: the order is filled."),
                OrderLookup.Found { Report.Status: OrderStatus.Rejected } =>
                    new OrderOutcome.Rejected(RejectReason.Other, "", "Topstep: the order was rejected."),
                OrderLookup.Found => Outcomes.OfRefusal(refused, ErrorCodes.Cancel),
                _ => new OrderOutcome.Unknown("Topstep does not show the order that was to be canceled.", key.BrokerOrderId),
            };
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.Unknown(e.Message, key.BrokerOrderId);
        }
    }

    private static async Task<(long? Id, string Problem)> IdAsync(AccountSession session, OrderKey key, CancellationToken ct)
    {
        if (long.TryParse(key.BrokerOrderId, NumberStyles.None, CultureInfo.InvariantCulture, out var known)) return (known, "");
        try
        {
            var order = (await OpenOrdersAsync(session, RequestClass.ExitQuery, ct))
                .FirstOrDefault(row => row.CustomTag == key.ClientOrderId);
            return (order?.Id, "Topstep shows no such working order.");
        }
        catch (ConnectorException e)
        {
            return (null, e.Message);
        }
    }

    private static async Task<IReadOnlyList<WireOrder>> OpenOrdersAsync(AccountSession session, RequestClass by, CancellationToken ct)
    {
        var open = await session.Calls.OpenOrdersAsync(by, ct);
        session.Sightings.See(open);
        return open;
    }
}
