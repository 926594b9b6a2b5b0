using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Record, then send, once. The one way in which anything that trades leaves for a broker (docs/order-outcomes.md). Whatever goes wrong before the
/// call gives the claim back; whatever goes wrong in it is unknown.
/// </summary>
internal sealed partial class SendOnce(OrderStore store, CrashPoints crash, TimeProvider clock, ILogger<SendOnce> log)
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <returns>The row with its outcome, or <c>null</c> when nothing was sent: refused by a check, taken by another worker, or put back into the lane.</returns>
    public async Task<OrderRow?> RunAsync(Lane lane, OrderRow order, ResolvedOrder resolved, Func<CancellationToken, Task<OrderOutcome>> call)
    {
        crash.Reached(CrashPoints.AfterClaim);
        switch (await ClaimAsync(lane, order, resolved))
        {
            case Claim.Refused:
                lane.Forget(order.Id);
                return await store.FindAsync(order.Id, CancellationToken.None);
            case Claim.Gone or Claim.Fenced:
                return null;
        }
        crash.Reached(CrashPoints.AfterRecord);
        // The fence: a worker that was stopped here and comes back finds its lease ended on the monotonic clock, and somebody else at work.
        if (!lane.Lease.IsHeld)
        {
            LogFenced(order.Id);
            await ReleaseAsync(lane, order, "the lease of the lane had ended");
            return null;
        }
        crash.Reached(CrashPoints.BeforeSend);
        var outcome = await CallAsync(call);
        crash.Reached(CrashPoints.AfterAnswer);
        if (outcome is OrderOutcome.NotSent unsent && MayTryAgain(lane, order))
        {
            // Through the lane and the claim again, so that every check of an entry counts for the second attempt too.
            await ReleaseAsync(lane, order, unsent.Why);
            return null;
        }
        lane.Forget(order.Id);
        return await SettleAsync(order, Settlements.From(outcome));
    }

    /// <summary>Proven unsent: an entry is tried once more, an exit as long as its signal is young.</summary>
    public bool MayTryAgain(Lane lane, OrderRow order)
    {
        var attempt = lane.CountAttempt(order.Id);
        var young = order.ValidUntil > clock.GetUtcNow();
        var again = young && (attempt < 2 || (!order.IsEntry && attempt < 12));
        if (again) lane.Defer(order.Id, clock.GetUtcNow() + TimeSpan.FromMilliseconds(Math.Min(200 * Math.Pow(2, attempt - 1), 4000)));
        return again;
    }

    // An answer that cannot be stored is kept and stored when PostgreSQL is back: until then the row says SENDING, which is true. The process may die
    // here; then the order is found in SENDING and looked up.
    public async Task<OrderRow> SettleAsync(OrderRow order, Settlement outcome)
    {
        for (var pause = 50; ; pause = Math.Min(pause * 2, 2000))
        {
            try
            {
                return (await store.SettleAsync(order.Id, outcome, CancellationToken.None)).Row;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LogNotStored(e, order.Id, outcome.Status);
                await Task.Delay(pause);
            }
        }
    }

    private async Task<Claim> ClaimAsync(Lane lane, OrderRow order, ResolvedOrder resolved)
    {
        try
        {
            return await store.ClaimAsync(order, lane.Worker, resolved, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The claim may have been committed. Nothing was sent under it, which only this worker knows: give it back.
            LogClaimUnclear(e, order.Id);
            await ReleaseAsync(lane, order, "the claim's commit was not confirmed");
            return Claim.Gone;
        }
    }

    private async Task ReleaseAsync(Lane lane, OrderRow order, string why)
    {
        for (var pause = 50; ; pause = Math.Min(pause * 2, 2000))
        {
            try
            {
                await store.ReleaseAsync(order.Id, lane.Worker, why, CancellationToken.None);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LogNotStored(e, order.Id, OrderRow.Pending);
                await Task.Delay(pause);
            }
        }
    }

    private async Task<OrderOutcome> CallAsync(Func<CancellationToken, Task<OrderOutcome>> call)
    {
        // Not tied to the lane: a worker that stops gracefully waits for the answer of what it has sent.
        using var deadline = new CancellationTokenSource(Deadline, clock);
        try
        {
            var sent = call(deadline.Token);
            if (crash.IsArmed(CrashPoints.AfterSend)) await Task.WhenAny(sent, Task.Delay(100, CancellationToken.None));
            crash.Reached(CrashPoints.AfterSend);
            // A connector that does not heed the deadline is left behind.
            return await sent.WaitAsync(Deadline + Grace, clock, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Every exception that leaves an order command means the same: it may have arrived.
            LogCallFailed(e);
            return new OrderOutcome.Unknown(e is OperationCanceledException or TimeoutException ? "No answer from the broker in time." : $"The call ended in {e.GetType().Name}.");
        }
    }

    [LoggerMessage(4010, LogLevel.Warning, "Order {OrderId} was claimed, but the lane's lease ended before it was sent")]
    private partial void LogFenced(Guid orderId);

    [LoggerMessage(4011, LogLevel.Error, "Outcome of order {OrderId} ({Status}) could not be stored yet")]
    private partial void LogNotStored(Exception e, Guid orderId, string status);

    [LoggerMessage(4012, LogLevel.Warning, "Claim of order {OrderId} was not confirmed")]
    private partial void LogClaimUnclear(Exception e, Guid orderId);

    [LoggerMessage(4013, LogLevel.Warning, "An order command of a connector ended in an exception: its outcome is unknown")]
    private partial void LogCallFailed(Exception e);
}
