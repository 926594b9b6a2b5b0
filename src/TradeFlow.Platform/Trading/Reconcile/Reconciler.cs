using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Reconcile;

/// <summary>
/// Finds out what became of orders with an unknown outcome (docs/order-outcomes.md): looks them up, believes an absence only twice and
/// conclusively, and asks a person when there is no proof. Nothing is ever sent from here.
/// </summary>
internal sealed partial class Reconciler(
    IBrokerSessions sessions, OrderStore store, OrderSettlements settlements, Evidence evidence, OrderAnnouncer announcer,
    PositionSync positions, Notifications notices, CrashPoints crash, TimeProvider clock, ILogger<Reconciler> log)
{
    private static readonly TimeSpan AsksPerson = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan[] Pauses = [.. new[] { 0.5, 1, 2, 4, 8, 16, 30 }.Select(TimeSpan.FromSeconds)];
    private const string Open = "o.status = 'UNKNOWN' order by o.seq";

    public async Task RunAsync(Lane lane, CancellationToken ct)
    {
        var wait = TimeSpan.Zero;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await lane.Reconcile.WaitAsync(wait, ct);
                wait = await LookAtAllAsync(lane, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseFault.Passes(e))
            {
                LogFailed(e, lane.AccountId.Value);
                wait = TimeSpan.FromSeconds(1);
            }
        }
    }

    private async Task<TimeSpan> LookAtAllAsync(Lane lane, CancellationToken ct)
    {
        var unknown = await store.ListAsync(lane.AccountId.Value, Open, ct);
        lane.KeepUnknown(unknown.Select(row => row.Id).ToHashSet());
        if (unknown.Count == 0) return TimeSpan.FromSeconds(30);
        var next = TimeSpan.FromSeconds(30);
        foreach (var row in unknown)
        {
            if (lane.NextLook(row.Id) == default) lane.NextLook(row.Id, clock.GetUtcNow() + Pauses[0]);
            var due = lane.NextLook(row.Id) - clock.GetUtcNow();
            if (due <= TimeSpan.Zero) due = await LookAsync(lane, row, ct);
            if (due < next) next = due;
        }
        return next > TimeSpan.Zero ? next : TimeSpan.Zero;
    }

    // Returns when this order is due again.
    private async Task<TimeSpan> LookAsync(Lane lane, OrderRow row, CancellationToken ct)
    {
        crash.Reached(CrashPoints.DuringReconcile);
        var pause = row.NeedsReview ? TimeSpan.FromSeconds(60) : Pauses[Math.Min(row.Looks, Pauses.Length - 1)];
        Settlement? settled = null;
        var absent = row.AbsentAt;
        try
        {
            using var within = CancellationTokenSource.CreateLinkedTokenSource(ct);
            within.CancelAfter(TimeSpan.FromSeconds(10));
            var session = await sessions.GetAsync(lane.AccountId, within.Token);
            var seen = await evidence.FindAsync(lane, session, row, within.Token);
            if (seen.Settled is { } found) settled = found;
            else if (!seen.IsAbsent) absent = null;
            else (settled, absent, pause) = Believe(lane, session, row, absent, pause);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && (e is not NpgsqlException || !DatabaseFault.Passes(e)))
        {
            // No answer proves nothing, and a fault in one look must not keep the others from being looked at.
            LogFailed(e, lane.AccountId.Value);
        }
        if (settled is not null && await IsSettledAsync(lane, row, settled, ct)) return TimeSpan.Zero;

        var asks = row.NeedsReview || clock.GetUtcNow() - (row.SentAt ?? row.CreatedAt) > AsksPerson;
        lane.NextLook(row.Id, clock.GetUtcNow() + pause);
        // Told first, noted second: a crash in between tells twice rather than never.
        if (asks && !row.NeedsReview) await AskPersonAsync(lane, row, ct);
        await store.NoteLookAsync(row.Id, clock.GetUtcNow() + pause, absent, asks, ct);
        if (asks && !row.NeedsReview && await store.FindAsync(row.Id, ct) is { } now) await announcer.AnnounceAsync(now, ct);
        return pause;
    }

    private (Settlement?, DateTimeOffset?, TimeSpan) Believe(
        Lane lane, AccountSession session, OrderRow row, DateTimeOffset? absent, TimeSpan pause)
    {
        var now = clock.GetUtcNow();
        // A request of an earlier epoch that has left may be on its way until its own deadline has passed. Ours has ended: its permit was
        // taken back before its outcome was recorded, and nothing of it leaves any more.
        if (row.Epoch != lane.Epoch && row.ReadAt < (row.SentAt ?? row.CreatedAt) + SendOnce.Deadline) return (null, absent, pause);
        var settle = TimeSpan.FromSeconds(Math.Max(session.Manifest.Lookup.SettleSeconds, 0.25));
        if (absent is not { } since) return (null, now, settle);
        if (now - since < settle) return (null, absent, since + settle - now);
        return (new Settlement(OrderRow.Rejected)
        {
            Code = OrderCodes.NotPlaced, Reason = "The broker never received it.", Event = "proven_absent"
        }, absent, pause);
    }

    // False when PostgreSQL refuses for good what was found: a person has to look then.
    private async Task<bool> IsSettledAsync(Lane lane, OrderRow row, Settlement settled, CancellationToken ct)
    {
        bool changed;
        OrderRow now;
        try
        {
            (changed, now) = await settlements.SettleAsync(row.Id, settled);
        }
        catch (Exception e)
        {
            // It may have been written, with the position that it made.
            lane.Book.Doubt();
            if (ct.IsCancellationRequested || DatabaseFault.Passes(e)) throw;
            LogFailed(e, lane.AccountId.Value);
            return false;
        }
        LogSettled(row.Id, now.Status);
        lane.Forget(row.Id);
        lane.Orders.Ring(); // entries of its symbol may have waited for it
        if (changed)
        {
            await positions.AfterOrderAsync(lane, now);
            await announcer.AnnounceAsync(now, ct);
        }
        return true;
    }

    private async Task AskPersonAsync(Lane lane, OrderRow row, CancellationToken ct)
    {
        LogAsks(row.Id);
        await notices.AddAsync(lane.Tenant, "critical", "order.needs_review",
            $"It could not be settled whether the broker has the {row.Side} {row.Qty:0.########} {row.Symbol} order of {row.CreatedAt:u}. Look there and say whether it exists; until then entries in {row.Symbol} wait.",
            $$"""{"order_id":"{{row.Id}}","account_id":"{{row.AccountId}}"}""", ct);
    }

    [LoggerMessage(4040, LogLevel.Warning, "Unknown orders of account {AccountId} could not be looked up")]
    private partial void LogFailed(Exception e, Guid accountId);

    [LoggerMessage(4041, LogLevel.Information, "Unknown order {OrderId} is settled: {Status}")]
    private partial void LogSettled(Guid orderId, string status);

    [LoggerMessage(4042, LogLevel.Error, "Order {OrderId} could not be settled by evidence: a person has to look")]
    private partial void LogAsks(Guid orderId);
}
