using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>Runs the orders of one lane one after the other.</summary>
internal sealed partial class LaneRunner(
    WorkerAccounts accounts, OrderStore store, LaneQueues queues, Dispatcher dispatcher, SendOnce send, OrderEnding ending,
    OrderAnnouncer announcer, Traces traces, TimeProvider clock, ILogger<LaneRunner> log)
{
    // The keeper rings for each order that waits: this is for what nobody foresaw.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <param name="stopping">Ends the loop between two orders. An order that has begun is finished under its own deadline.</param>
    public async Task RunAsync(Lane lane, CancellationToken stopping)
    {
        lane.Orders.Ring();
        var pause = TimeSpan.FromMilliseconds(100);
        var wait = Idle;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await lane.Orders.WaitAsync(wait, stopping);
                Next next;
                do
                {
                    if (lane.TakeOverDue) await TakeOverAsync(lane, stopping);
                    next = await StepAsync(lane, stopping);
                }
                while (next == Next.More && !stopping.IsCancellationRequested);
                wait = next == Next.Later ? LookAgain : Idle;
                pause = TimeSpan.FromMilliseconds(100);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseFault.Passes(e))
            {
                // PostgreSQL is away or slow: nothing is claimed, so nothing is sent. Look again until it is back. What else may come ends
                // this loop, and it is started again.
                LogStalled(e, lane.AccountId.Value);
                wait = pause;
                if (pause < TimeSpan.FromSeconds(2)) pause *= 2;
            }
        }
    }

    private async Task TakeOverAsync(Lane lane, CancellationToken ct)
    {
        if (lane.Hold.IsLost) return;
        // What comes up meanwhile makes it due again.
        lane.TakeOverDue = false;
        try
        {
            await EndLeftAsync(lane, ct);
        }
        catch
        {
            lane.TakeOverDue = true;
            throw;
        }
    }

    // Between two orders nothing is in hand.
    private async Task EndLeftAsync(Lane lane, CancellationToken ct)
    {
        foreach (var row in await send.EndLeftoversAsync(lane, ct)) await TellUnknownAsync(lane, row, ct);
        foreach (var left in await store.TakeOverAsync(lane.AccountId.Value, lane.Epoch, ct))
        {
            LogTakenOver(left);
            if (await store.FindAsync(left, ct) is { } row) await TellUnknownAsync(lane, row, ct);
        }
    }

    private async Task TellUnknownAsync(Lane lane, OrderRow row, CancellationToken ct)
    {
        lane.Reconcile.Ring();
        await announcer.AnnounceAsync(row, ct);
    }

    private async Task<Next> StepAsync(Lane lane, CancellationToken ct)
    {
        if (lane.Hold.IsLost) return Next.Later;
        var now = clock.GetUtcNow();
        var queue = await queues.ReadAsync(lane.AccountId.Value, ct);
        // The list of accounts comes later than the settings that an order of now was sent under: its symbols, its size, its rules.
        if (queue.AccountVersion > lane.Account.Version && await accounts.FindAsync(lane.AccountId, ct) is { } served)
            lane.Hear(served.Account);
        lane.Waiting = queue.Pending.Count;
        lane.KeepPending(queue.Pending.Select(order => order.Id).ToHashSet());
        var choice = LaneChoice.From(queue, order => lane.IsDeferred(order, now), now);
        foreach (var order in choice.Unreadable)
            await TellAsync(await ending.RefuseAsync(lane, order, OrderCodes.Failed,
                "The order was written by a newer version of TradeFlow, which this one cannot read. Nothing was sent."), ct);
        foreach (var entry in choice.WaitedTooLong)
            await TellAsync(await ending.RefuseAsync(lane, entry, OrderCodes.PreviousUnknown,
                $"An order before it in {entry.Symbol} has no settled outcome yet, and entering on top of it could double the position. Nothing was sent."),
                ct);
        foreach (var entry in choice.Superseded)
            await TellAsync(await ending.CancelAsync(lane, entry, OrderCodes.Superseded,
                "A later exit came while this entry was still waiting. Nothing was sent."), ct);
        if (choice.Run is null) return choice.Waiting ? Next.Later : Next.Nothing;
        lane.InHand = true;
        var begun = clock.GetTimestamp();
        using var activity = traces.Begin("order.execute", choice.Run.Id);
        try
        {
            var isOver = await dispatcher.RunAsync(lane, choice.Run, ct);
            if (isOver) lane.Waiting--;
            // Alone in its lane, and it makes no orders of its own: who comes meanwhile has rung.
            return isOver && queue.Pending.Count == 1 && choice.Run is { Action: "open", Intent.Target: null } ? Next.Nothing : Next.More;
        }
        finally
        {
            lane.InHand = false;
            Measures.LaneTurns.Record(clock.GetElapsedTime(begun).TotalMilliseconds,
                new KeyValuePair<string, object?>("action", choice.Run.Action));
        }
    }

    private async Task TellAsync(OrderRow? ended, CancellationToken ct)
    {
        if (ended is not null) await announcer.AnnounceAsync(ended, ct);
    }

    private enum Next { Nothing, Later, More }

    [LoggerMessage(4001, LogLevel.Warning, "Lane of account {AccountId} waits for PostgreSQL")]
    private partial void LogStalled(Exception e, Guid accountId);

    [LoggerMessage(4002, LogLevel.Warning, "Order {OrderId} was left behind by an earlier epoch: its outcome is looked up")]
    private partial void LogTakenOver(Guid orderId);
}
