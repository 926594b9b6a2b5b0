using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>
/// Sees an emergency stop through for one account: waits for what is under way, reads the broker until it is flat, and closes again what is
/// left, every 5 s for 10 minutes; then a person is told. All it knows stands in PostgreSQL, so that the next holder of the lane goes on.
/// </summary>
internal sealed partial class StopChase(
    IBrokerSessions sessions, StopStore stops, OrderStore orders, LiveEvents live, TimeProvider clock, ILogger<StopChase> log)
{
    public static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan GivesUp = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(10);

    public async Task RunAsync(Lane lane, CancellationToken ct)
    {
        var (wait, flatOnce) = (TimeSpan.Zero, false);
        var feed = new StopProgressFeed(lane, stops, live);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await lane.Stops.WaitAsync(wait, ct);
                (wait, flatOnce) = await LookAsync(lane, feed, flatOnce, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseFault.Passes(e))
            {
                LogStalled(e, lane.AccountId.Value);
                wait = TimeSpan.FromSeconds(1);
            }
        }
    }

    // Returns when to look again, and whether the broker has just been seen flat for the first time.
    private async Task<(TimeSpan Wait, bool FlatOnce)> LookAsync(Lane lane, StopProgressFeed feed, bool flatOnce, CancellationToken ct)
    {
        if (lane.Account.StopEpoch == 0 || await stops.FindAsync(lane.AccountId.Value, ct) is not { } stop) return (Idle, false);
        if (stop.IsEnabled)
        {
            await stops.SettleAsync(lane, stop.StopId, "resumed", ct);
            await feed.TellAsync(stop.StopId, ct);
            return (Idle, false);
        }
        await feed.TellAsync(stop.StopId, ct);
        var open = await orders.ListAsync(lane.AccountId.Value, "o.status in ('PENDING', 'SENDING', 'UNKNOWN')", ct);
        // Its own cancel and closes first: what they bring about is what there is to read.
        if (open.Any(order => order.Status != OrderRow.Unknown && !order.IsEntry) && clock.GetUtcNow() < stop.NextTryAt)
            return (Soon, false);

        var (state, settle, errors) = await ReadAsync(lane, stop, open, ct);
        if (state is { Positions.Count: 0 } && errors.Count == 0)
        {
            if (!await stops.BooksAreFlatAsync(lane.AccountId.Value, settle, ct))
            {
                lane.Sync.Ring();
                return (Soon, false);
            }
            // One reading may have been answered from before the last fill.
            if (!flatOnce) return (Soon, true);
            await stops.SettleAsync(lane, stop.StopId, "flat", ct);
            await feed.TellAsync(stop.StopId, ct);
            LogFlat(lane.AccountId.Value);
            return (Idle, false);
        }
        if (!errors.SequenceEqual(stop.Errors)) await stops.NoteErrorsAsync(lane.AccountId.Value, stop.StopId, errors, ct);
        if (stop.GaveUp) return (Idle, false);
        if (clock.GetUtcNow() - stop.ArmedAt > GivesUp)
        {
            LogGaveUp(lane.AccountId.Value);
            await stops.GiveUpAsync(lane, stop, errors, ct);
        }
        else if (state is not null && clock.GetUtcNow() >= stop.NextTryAt)
        {
            await CloseAgainAsync(lane, stop, state, open, ct);
        }
        return (BetweenReadings, false);
    }

    // Without a state the broker could not be asked.
    private async Task<(BrokerState? State, TimeSpan Settle, List<string> Errors)> ReadAsync(
        Lane lane, ArmedStop stop, IReadOnlyList<OrderRow> open, CancellationToken ct)
    {
        var booked = await stops.BookedAsync(lane.AccountId.Value, ct);
        List<string> errors = [.. open.Where(order => order.Status == OrderRow.Unknown || order.IsEntry)
            .Select(order => $"Order {order.Id} ({order.Symbol}): what became of it is not known yet.")];
        using var within = CancellationTokenSource.CreateLinkedTokenSource(ct);
        within.CancelAfter(ReadWithin);
        try
        {
            var session = await sessions.GetAsync(lane.AccountId, within.Token);
            var state = await session.Connector.GetStateAsync(new StateWindow { IsForExit = true }, within.Token);
            if (state.Positions.Count > 0)
            {
                var reasons = await stops.RefusalsAsync(lane.AccountId.Value, ct);
                foreach (var position in state.Positions)
                    errors.Add(Sentence(position, booked.GetValueOrDefault(position.BrokerPositionId), reasons));
            }
            errors.AddRange(
                Working(state).Select(order => $"Order {order.BrokerOrderId} ({order.BrokerSymbol}) still works at the broker."));
            return (state, TimeSpan.FromSeconds(Math.Max(session.Manifest.Lookup.SettleSeconds, 1)), errors);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is not NpgsqlException)
        {
            LogNotRead(lane.AccountId.Value, e.Message);
            // No answer is not "flat".
            var why = e switch
            {
                ConnectorException => e.Message,
                OperationCanceledException => "it did not answer in time.",
                _ => "its answer could not be read.",
            };
            errors.AddRange(booked.Values.Select(name => $"Position {name} is not known to be closed."));
            errors.Add($"{stop.Name}: the broker could not be asked: {why}");
            return (null, default, errors);
        }
    }

    private static string Sentence(PositionReport position, string? booked, Dictionary<string, string> reasons)
    {
        var name = booked ?? $"{position.BrokerPositionId} ({position.BrokerSymbol})";
        return (reasons.GetValueOrDefault(position.BrokerPositionId) ?? reasons.GetValueOrDefault("")) is { } why
            ? $"Failed to close position {name}: {why}"
            : $"Position {name} is not closed yet.";
    }

    private async Task CloseAgainAsync(Lane lane, ArmedStop stop, BrokerState state, IReadOnlyList<OrderRow> open, CancellationToken ct)
    {
        List<TradeIntent> exits = [];
        if (Working(state).Any() && !open.Any(order => order.Action == "cancel")) exits.Add(OrderDesk.CancelAll);
        // A position whose close is under way or of unknown outcome waits for that: the reconciler settles it, and then it is closed again.
        exits.AddRange(state.Positions.Select(position => position.BrokerPositionId)
            .Where(position => !open.Any(order => order.BrokerPositionId == position || order.Intent.BrokerPositionId == position
                || order is { Action: "flatten", Status: OrderRow.Pending }))
            .Select(position => new TradeIntent { Action = TradeAction.Close, Symbol = "", BrokerPositionId = position }));
        if (exits.Count == 0) return;
        LogAgain(lane.AccountId.Value, exits.Count);
        if (await stops.TryAgainAsync(lane, stop.StopId, exits, ct)) lane.Orders.Ring();
    }

    private static IEnumerable<OrderReport> Working(BrokerState state) => state.OpenOrders.Where(order => !order.IsProtection);

    [LoggerMessage(4060, LogLevel.Warning, "Emergency stop of account {AccountId} waits for PostgreSQL")]
    private partial void LogStalled(Exception e, Guid accountId);

    [LoggerMessage(4061, LogLevel.Warning, "Emergency stop: account {AccountId} is flat")]
    private partial void LogFlat(Guid accountId);

    [LoggerMessage(4062, LogLevel.Warning, "Emergency stop: account {AccountId} could not be read: {Why}")]
    private partial void LogNotRead(Guid accountId, string why);

    [LoggerMessage(4063, LogLevel.Warning, "Emergency stop: account {AccountId} is not flat, {Count} exits are sent again")]
    private partial void LogAgain(Guid accountId, int count);

    [LoggerMessage(4064, LogLevel.Error, "Emergency stop: account {AccountId} is not flat after ten minutes: a person has to close it")]
    private partial void LogGaveUp(Guid accountId);
}
