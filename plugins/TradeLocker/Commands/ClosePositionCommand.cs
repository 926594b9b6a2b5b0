using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>
/// DELETE of a position, once. "ok" says only that the broker will try, so the closing order is watched for a moment. What is not seen by
/// then stays unknown and is settled by <see cref="FindOrderQuery"/>.
/// </summary>
internal static class ClosePositionCommand
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1500);

    public static async Task<OrderOutcome> RunAsync(AccountSession session, ClosePosition close, CancellationToken ct)
    {
        var before = await PositionAsync(session, close.BrokerPositionId, ct);
        var note = new SentClose
        {
            ClientOrderId = close.ClientOrderId,
            PositionId = close.BrokerPositionId,
            PositionSide = close.PositionSide,
            Quantity = close.Quantity,
            PositionQuantity = before?.Qty,
            SentAt = session.Transport.BrokerNow,
            Entry = before?.AvgPrice,
            Legs = before is null ? [] : [.. OrderReports.LegsOf([before])],
        };
        await session.Closes.AddAsync(note, ct);

        Answer answer;
        try
        {
            answer = await session.Calls.ClosePositionAsync(close.BrokerPositionId, close.Quantity ?? 0, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return await SettledAsync(session, note, HttpOutcome.From(e), ct);
        }
        return answer is Answer.Ok
            ? await WatchAsync(session, note, ct) : await SettledAsync(session, note, Outcomes.OfRefusal(answer), ct);
    }

    // What the last read shows is enough and costs no time; without one, a short look. A way out is not held up by a look that fails.
    private static async Task<PositionRow?> PositionAsync(AccountSession session, string id, CancellationToken ct)
    {
        if (session.Book.LastPositions.FirstOrDefault(position => position.Id == id) is { } known) return known;
        using var patience = new CancellationTokenSource(Look, session.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            return (await session.Book.PositionsAsync(both.Token)).FirstOrDefault(position => position.Id == id);
        }
        catch (Exception e) when (e is ConnectorException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<OrderOutcome> SettledAsync(AccountSession session, SentClose note, OrderOutcome outcome, CancellationToken ct)
    {
        if (outcome is OrderOutcome.Rejected or OrderOutcome.NotSent) await session.Closes.ForgetAsync(note.ClientOrderId, ct);
        return outcome;
    }

    private static async Task<OrderOutcome> WatchAsync(AccountSession session, SentClose note, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Watch, session.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        OrderReport? seen = null;
        try
        {
            // One that ended unfilled is not the end: the broker may try again with another order.
            while (seen is not { Status: OrderStatus.Filled } && seen is not { Status: OrderStatus.Canceled, FilledQuantity: > 0 })
            {
                seen = await SeenAsync(session, note, both.Token) ?? seen;
                if (seen?.Status is not OrderStatus.Filled) await Task.Delay(Pause, session.Clock, both.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The time to watch is over.
        }
        return seen is null
            ? new OrderOutcome.Unknown("TradeLocker accepted the close and has not shown its order yet.")
            : new OrderOutcome.Accepted(seen.BrokerOrderId, seen);
    }

    private static async Task<OrderReport?> SeenAsync(AccountSession session, SentClose note, CancellationToken ct)
    {
        try
        {
            if (await FillLook.FindAsync(session, new OrderKey { ClientOrderId = note.ClientOrderId }, note, ct) is { } filled)
                return filled;
            var final = (await session.Book.HistoryAsync(note.SentAt - TimeSpan.FromMinutes(2), ct)).Rows;
            var row = await ClosingOrders.ClaimAsync(session, note, final, ct);
            IReadOnlyList<OrderRow> around = final;
            if (row is null || OrderReports.FilledOf(row) == 0)
            {
                around = [.. final.Concat(await session.Book.OrdersAsync(ct)).DistinctBy(other => other.Id, StringComparer.Ordinal)];
                row = await ClosingOrders.ClaimAsync(session, note, around, ct);
            }
            return row is null ? null : await ClosingReports.OfAsync(session, note, row, around, ct);
        }
        catch (ConnectorException)
        {
            // The close was accepted; that a look failed changes nothing about it.
            return null;
        }
    }
}
