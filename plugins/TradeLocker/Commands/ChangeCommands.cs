using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>DELETE and PATCH of a working order, PATCH of a position's protection; each is sent once.</summary>
internal static class ChangeCommands
{
    public static async Task<OrderOutcome> CancelAsync(AccountSession session, OrderKey key, CancellationToken ct)
    {
        if (key.BrokerOrderId is not { } id)
        {
            var (found, problem) = await WorkingAsync(session, key, ct);
            if (found is null) return new OrderOutcome.NotSent(problem);
            id = found.Id;
        }
        Answer answer;
        try
        {
            answer = await session.Calls.CancelOrderAsync(id, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return HttpOutcome.From(e);
        }
        return answer switch
        {
            Answer.Ok => new OrderOutcome.Accepted(id),
            Answer.Refused refused => await AfterRefusalAsync(session, key with { BrokerOrderId = id }, refused, ct),
            _ => Outcomes.OfRefusal(answer),
        };
    }

    public static async Task<OrderOutcome> ModifyAsync(AccountSession session, ModifyOrder change, CancellationToken ct)
    {
        try
        {
            return change.BrokerPositionId is { } position
                ? await ModifyPositionAsync(session, position, change, ct) : await ModifyOrderAsync(session, change, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return HttpOutcome.From(e);
        }
    }

    private static async Task<OrderOutcome> ModifyPositionAsync(
        AccountSession session, string position, ModifyOrder change, CancellationToken ct)
    {
        var body = new Change().SetOrRemove("stopLoss", change.StopLoss).SetOrRemove("takeProfit", change.TakeProfit);
        return body.IsEmpty ? new OrderOutcome.NotSent("There is nothing to change.")
            : Outcomes.OfChange(await session.Calls.ChangePositionAsync(position, body, ct), position);
    }

    private static async Task<OrderOutcome> ModifyOrderAsync(AccountSession session, ModifyOrder change, CancellationToken ct)
    {
        // Which field a price goes into depends on the type of the order, and only the broker knows that.
        var (found, problem) = await WorkingAsync(session, change.Order, ct);
        if (found is null) return new OrderOutcome.NotSent(problem);
        var body = new Change()
            .Set(found.Type is OrderType.Stop ? "stopPrice" : "price", change.Price)
            .Set("qty", change.Quantity)
            .SetOrRemove("stopLoss", change.StopLoss, "stopLossType")
            .SetOrRemove("takeProfit", change.TakeProfit, "takeProfitType");
        return body.IsEmpty ? new OrderOutcome.NotSent("There is nothing to change.")
            : Outcomes.OfChange(await session.Calls.ChangeOrderAsync(found.Id, body, ct), found.Id);
    }

    // "Not found" or "its status is Filled" may both follow a fill of this moment: what the book shows decides, not the words.
    private static async Task<OrderOutcome> AfterRefusalAsync(
        AccountSession session, OrderKey key, Answer.Refused refused, CancellationToken ct)
    {
        try
        {
            return await FindOrderQuery.RunAsync(session, key, ct) switch
            {
                OrderLookup.Found { Report.Status: OrderStatus.Canceled } canceled =>
                    new OrderOutcome.Accepted(canceled.Report.BrokerOrderId, canceled.Report),
                OrderLookup.Found { Report.Status: OrderStatus.Filled or OrderStatus.Rejected or OrderStatus.Working
                    or OrderStatus.PartiallyFilled } => Outcomes.OfRefusal(refused),
                _ => new OrderOutcome.Unknown(refused.Words, key.BrokerOrderId),
            };
        }
        catch (ConnectorException)
        {
            return new OrderOutcome.Unknown(refused.Words, key.BrokerOrderId);
        }
    }

    private static async Task<(OrderRow? Row, string Problem)> WorkingAsync(AccountSession session, OrderKey key, CancellationToken ct)
    {
        try
        {
            var rows = await session.Book.OrdersAsync(ct);
            var row = rows.FirstOrDefault(row => row.Id == key.BrokerOrderId) ?? rows.Where(
                row => row.StrategyId == key.ClientOrderId && row.IsOpen is not false).OrderBy(row => row.Created).FirstOrDefault();
            return (row, row is null ? "TradeLocker shows no such working order." : "");
        }
        catch (ConnectorException e)
        {
            return (null, e.Message);
        }
    }
}
