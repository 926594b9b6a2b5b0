using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Record, then send, once. The one way in which anything that trades leaves for a broker (docs/order-outcomes.md). Whatever goes wrong
/// before the call gives the claim back; whatever goes wrong in it or after it is unknown.
/// </summary>
internal sealed partial class SendOnce(
    OrderStore store, OrderClaims claims, OrderSettlements settlements, CrashPoints crash, TimeProvider clock, ILogger<SendOnce> log)
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UntilHeard = TimeSpan.FromMilliseconds(100);
    private const int TriesOnFaults = 3;

    // Brokers count by the minute; in two a turn comes, or something else is wrong.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    /// <returns>The row with its outcome, or <c>null</c> when nothing was sent: refused by a check, taken by another worker, or put back
    /// into the lane.</returns>
    public async Task<OrderRow?> RunAsync(
        Lane lane, OrderRow order, ResolvedOrder resolved, Func<CancellationToken, Task<OrderOutcome>> call)
    {
        crash.Reached(CrashPoints.BeforeClaim);
        // Before the claim, so that no clock has the command end later than the row says.
        var (since, asked) = (clock.GetTimestamp(), Stopwatch.GetTimestamp());
        var (claim, claimedAt) = await ClaimAsync(lane, order, resolved);
        switch (claim)
        {
            case Claim.Refused:
                lane.Forget(order.Id);
                return await store.FindAsync(order.Id, CancellationToken.None);
            case Claim.Fenced:
                Measures.LaneFenced.Add(1, new KeyValuePair<string, object?>("by", "claim"));
                lane.Fenced?.Invoke();
                return null;
            case Claim.Gone:
                return null;
            case Claim.Stale:
                // Made up anew once this worker has heard of the change; a signal that gets too old meanwhile is refused by the claim.
                lane.Defer(order.Id, clock.GetUtcNow() + UntilHeard);
                return null;
        }
        // The claim says that the epoch was the newest, a moment after this one.
        lane.Hold.Confirmed(asked);
        crash.Reached(CrashPoints.AfterRecord);
        // The fence: a worker that was stopped here and comes back has to ask first, for somebody else may have begun.
        if (!lane.Hold.IsHeld)
        {
            Measures.LaneFenced.Add(1, new KeyValuePair<string, object?>("by", "hold"));
            LogFenced(order.Id);
            await ReleaseAsync(lane, order, "the epoch of the lane was confirmed too long ago");
            return null;
        }
        crash.Reached(CrashPoints.BeforeSend);
        lane.Unsent.Remove(order.Id);
        var outcome = await CallAsync(lane, since, claimedAt + Deadline, call);
        crash.Reached(CrashPoints.AfterAnswer);
        if (outcome is OrderOutcome.NotSent notSent && (WaitsForItsTurn(lane, order, notSent.RetryAfter) || MayTryAgain(lane, order)))
        {
            // Through the lane and the claim again, so that every check of an entry counts for the second attempt too.
            await ReleaseAsync(lane, order, notSent.Why);
            return null;
        }
        lane.Forget(order.Id);
        return await SettleAsync(order, Settlements.From(outcome));
    }

    /// <summary>
    /// A limit kept it back, and says for how long. An exit waits for its turn, also when its signal is no longer young: a limit by the
    /// minute has room again soon, and until then the position is open.
    /// </summary>
    public bool WaitsForItsTurn(Lane lane, OrderRow order, TimeSpan? wait)
    {
        if (wait is not { } left || order.IsEntry) return false;
        var turn = clock.GetUtcNow() + (left > ShortestWait ? left : ShortestWait);
        if (turn > order.CreatedAt + LongestWait) return false;
        lane.Defer(order.Id, turn);
        return true;
    }

    /// <summary>
    /// Proven unsent: an entry is tried once more while its signal is young. An exit is tried for as long as a signal is young, from its
    /// first try on: it may have waited for a Worker before, longer than that.
    /// </summary>
    /// <param name="exitsAtMost">How often an exit is tried in all.</param>
    public bool MayTryAgain(Lane lane, OrderRow order, int exitsAtMost = 12)
    {
        var now = clock.GetUtcNow();
        var (attempt, since) = lane.CountAttempt(order.Id, now);
        var young = order.ValidUntil > now;
        var again = order.IsEntry
            ? young && attempt < 2 : attempt < exitsAtMost && (young || now - since < order.ValidUntil - order.CreatedAt);
        if (again) lane.Defer(order.Id, now + TimeSpan.FromMilliseconds(Math.Min(200 * Math.Pow(2, attempt - 1), 4000)));
        return again;
    }

    /// <summary>
    /// Ends what this worker holds as SENDING while nothing is in hand: claimed without our learning of it, or with an outcome that could
    /// not be stored. Only what is known never to have been sent goes back into the lane.
    /// </summary>
    /// <returns>The orders whose outcome is unknown now.</returns>
    public async Task<IReadOnlyList<OrderRow>> EndLeftoversAsync(Lane lane, CancellationToken ct)
    {
        List<OrderRow> unknown = [];
        foreach (var row in await store.ListSendingAsync(lane.AccountId.Value, lane.Epoch, ct))
        {
            if (lane.Unsent.Contains(row.Id)) await ReleaseAsync(lane, row, "the claim was not confirmed");
            else unknown.Add(await SettleAsync(row, Settlements.Unknown("Its outcome could not be stored.", null)));
        }
        return unknown;
    }

    /// <summary>
    /// Stores an outcome. While PostgreSQL is away it is kept and tried again: until then the row says SENDING, which is true. One that
    /// PostgreSQL refuses for good is stored as unknown, in words of ours, with the broker's id; the look-up then finds what it was. The
    /// process may die anywhere here: the order is found in SENDING and looked up.
    /// </summary>
    public async Task<OrderRow> SettleAsync(OrderRow order, Settlement outcome)
    {
        try
        {
            return await PersistAsync(order, outcome.Status,
                async () => (await settlements.SettleAsync(order.Id, outcome)).Row);
        }
        catch (Exception e)
        {
            LogRefused(e, order.Id, outcome.Status);
        }
        var id = outcome.BrokerOrderId is { Length: > 0 } told && ForeignText.IsPlain(told) && told.Length <= 200 ? told : null;
        var unknown = Settlements.Unknown($"The broker's answer ({outcome.Status}) could not be stored.", id);
        try
        {
            return await PersistAsync(order, unknown.Status,
                async () => (await settlements.SettleAsync(order.Id, unknown)).Row);
        }
        catch (Exception e)
        {
            // It stays SENDING, which nobody takes for unsent, and is ended with the leftovers. The lane goes on.
            LogRefused(e, order.Id, unknown.Status);
            return await store.FindAsync(order.Id, CancellationToken.None) ?? order;
        }
    }

    private async Task<(Claim Claim, DateTimeOffset? At)> ClaimAsync(Lane lane, OrderRow order, ResolvedOrder resolved)
    {
        lane.Unsent.Add(order.Id);
        try
        {
            var claimed = await claims.ClaimAsync(order, lane.Epoch, resolved);
            if (claimed.Claim != Claim.Claimed) lane.Unsent.Remove(order.Id);
            return claimed;
        }
        catch (Exception e)
        {
            // The claim may have been committed. Nothing was sent under it, which only this worker knows: give it back.
            LogClaimUnclear(e, order.Id);
            await ReleaseAsync(lane, order, "the claim's commit was not confirmed");
            if (DatabaseFault.Passes(e)) return (Claim.Gone, null);
            throw;
        }
    }

    // When it cannot be given back at all it stays among the unsent, and is given back with the leftovers.
    private async Task ReleaseAsync(Lane lane, OrderRow order, string why)
    {
        lane.Unsent.Add(order.Id);
        var words = ForeignText.Clean(why, 500);
        await PersistAsync(order, OrderRow.Pending, () => store.ReleaseAsync(order.Id, lane.Epoch, words, CancellationToken.None));
        lane.Unsent.Remove(order.Id);
    }

    // For as long as PostgreSQL is away; what else goes wrong may be a broken connection, which the next one is not.
    private async Task<T> PersistAsync<T>(OrderRow order, string status, Func<Task<T>> write)
    {
        var faults = 0;
        for (var pause = 50; ; pause = Math.Min(pause * 2, 2000))
        {
            try
            {
                return await write();
            }
            catch (Exception e) when (DatabaseFault.Passes(e) || (e is not Npgsql.PostgresException && ++faults < TriesOnFaults))
            {
                LogNotStored(e, order.Id, status);
                await Task.Delay(TimeSpan.FromMilliseconds(pause), clock);
            }
        }
    }

    private async Task<OrderOutcome> CallAsync(Lane lane, long since, DateTimeOffset? end, Func<CancellationToken, Task<OrderOutcome>> call)
    {
        // Taken back when this returns, with an answer or without: what the connector has not sent by then leaves no more.
        using var permit = SendPermit.Give(clock, since, Deadline, () => lane.Hold.IsHeld, end);
        // Not tied to the lane: a worker that stops gracefully waits for the answer of what it has sent.
        using var deadline = new CancellationTokenSource(Deadline, clock);
        try
        {
            var sent = call(deadline.Token);
            if (crash.IsArmed(CrashPoints.AfterSend)) await Task.WhenAny(sent, Task.Delay(100, CancellationToken.None));
            crash.Reached(CrashPoints.AfterSend);
            // A connector that does not heed the deadline is left behind.
            return await sent.WaitAsync(Deadline + Grace, clock,
                CancellationToken.None) ?? new OrderOutcome.Unknown("The connector gave no outcome.");
        }
        catch (Exception e)
        {
            // Every exception that leaves an order command means the same: it may have arrived.
            LogCallFailed(e);
            return new OrderOutcome.Unknown(e is OperationCanceledException or TimeoutException
                ? "No answer from the broker in time." : $"The call ended in {e.GetType().Name}.");
        }
    }

    [LoggerMessage(4010, LogLevel.Warning,
        "Order {OrderId} was claimed, but the epoch of its lane was not confirmed any more before it was sent")]
    private partial void LogFenced(Guid orderId);

    [LoggerMessage(4011, LogLevel.Error, "Outcome of order {OrderId} ({Status}) could not be stored yet")]
    private partial void LogNotStored(Exception e, Guid orderId, string status);

    [LoggerMessage(4014, LogLevel.Error, "PostgreSQL refuses the outcome of order {OrderId} ({Status}) for good")]
    private partial void LogRefused(Exception e, Guid orderId, string status);

    [LoggerMessage(4012, LogLevel.Warning, "Claim of order {OrderId} was not confirmed")]
    private partial void LogClaimUnclear(Exception e, Guid orderId);

    [LoggerMessage(4013, LogLevel.Warning, "An order command of a connector ended in an exception: its outcome is unknown")]
    private partial void LogCallFailed(Exception e);
}
