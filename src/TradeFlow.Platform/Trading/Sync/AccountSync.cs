using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>Keeps one account equal to its broker: reads the whole state again and again, and listens where the broker pushes.</summary>
internal sealed partial class AccountSync(
    IBrokerSessions sessions, PositionSync positions, OrderSync orders, WorkerAccounts accounts, Notifications notices, TimeProvider clock,
    ILogger<AccountSync> log)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BesidePush = TimeSpan.FromSeconds(20);

    // How far a stream may be ahead of its lane; then it waits.
    private const int Ahead = 64;

    public async Task RunAsync(Lane lane, CancellationToken ct)
    {
        using var health = new AccountHealth(lane, accounts, notices, clock);
        var pause = TimeSpan.Zero;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var session = await sessions.GetAsync(lane.AccountId, ct);
                lane.Readings.Is(session.Manifest);
                if (session.Manifest.Capabilities.Stream == "push") await PushAsync(lane, session, health, ct);
                else pause = (await ReadAsync(lane, session, health, ct)).Soonest;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is ConnectorException or OperationCanceledException || DatabaseFault.Passes(e))
            {
                // What was known stays: no answer is not "flat". A fault that nobody foresaw ends this loop, and it is started again.
                LogFailed(e, lane.AccountId.Value);
                pause = DatabaseFault.Passes(e) ? Soon : await FailedAsync(health, e, ct);
            }
            await lane.Sync.WaitAsync(pause, ct);
        }
    }

    /// <summary>One complete reading.</summary>
    private async Task<Next> ReadAsync(Lane lane, AccountSession session, AccountHealth health, CancellationToken ct)
    {
        for (var waited = 0; lane.InHand && waited < 60; waited++) await Task.Delay(TimeSpan.FromMilliseconds(50), clock, ct);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(ct);
        within.CancelAfter(ReadWithin);
        var (begunAt, begun) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
        var state = await session.Connector.GetStateAsync(new StateWindow(), within.Token);
        // Fills first: what a position has realised is known from them when it is closed.
        await orders.ApplyAsync(lane, state.Fills, ct);
        var again = await positions.ApplyAsync(lane, session, state, begunAt, ct);
        var working = await orders.ApplyAsync(lane, session, state, begun, ct);
        if (state.Account is { } money) await health.ReadAsync(money, begunAt, ct);
        else
        {
            var askedAt = Stopwatch.GetTimestamp();
            await health.ReadAsync(await health.AccountWhenDueAsync(session, within.Token), askedAt, ct);
        }
        var pace = session.Manifest.Poll;
        return new Next(TimeSpan.FromSeconds(working || lane.Book.Open.Count > 0 ? pace.BusySeconds : pace.IdleSeconds), again);
    }

    private static async Task<TimeSpan> FailedAsync(AccountHealth health, Exception e, CancellationToken ct)
    {
        try
        {
            return await health.BadAsync(e, ct);
        }
        catch (Exception fault) when (DatabaseFault.Passes(fault))
        {
            return Soon;
        }
    }

    // The stream tells what changes, a reading every now and then and after each order tells what it may have missed.
    private async Task PushAsync(Lane lane, AccountSession session, AccountHealth health, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var listening = ListenAsync(lane, session, health, end.Token);
        try
        {
            while (!listening.IsCompleted)
            {
                var pause = await ReadBesideAsync(lane, session, health, ct);
                await Task.WhenAny(listening, lane.Sync.WaitAsync(pause, end.Token));
            }
        }
        finally
        {
            await end.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        await listening;
    }

    private async Task<TimeSpan> ReadBesideAsync(Lane lane, AccountSession session, AccountHealth health, CancellationToken ct)
    {
        try
        {
            // What is open or works is pushed; only a position that one reading missed is looked for again soon.
            return (await ReadAsync(lane, session, health, ct)).Again ?? BesidePush;
        }
        catch (Exception e) when (e is ConnectorException { Kind: not (ConnectorErrorKind.Authentication or ConnectorErrorKind.Permission) }
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The stream goes on and knows better than a pause that grows: a broker that refuses reads for a while may push, or be read
            // again by its connector.
            LogFailed(e, lane.AccountId.Value);
            return await FailedAsync(health, e, ct);
        }
    }

    private async Task ListenAsync(Lane lane, AccountSession session, AccountHealth health, CancellationToken ct)
    {
        // Outside the lane: a connector pushes from threads of its own, and may block the one that waits for it.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pushed = Channel.CreateBounded<Pushed>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var hearing = Task.Run(() => HearAsync(session.Connector, pushed.Writer, end.Token), CancellationToken.None);
        try
        {
            await foreach (var news in pushed.Reader.ReadAllAsync(ct)) await TakeAsync(lane, session, health, news, ct);
        }
        finally
        {
            await end.CancelAsync();
            await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private static async Task HearAsync(IBrokerConnector connector, ChannelWriter<Pushed> news, CancellationToken ct)
    {
        try
        {
            var begun = Stopwatch.GetTimestamp();
            await foreach (var update in connector.StreamAsync(ct))
            {
                await news.WriteAsync(new Pushed(update, begun, Stopwatch.GetTimestamp()), ct);
                begun = Stopwatch.GetTimestamp();
            }
            news.Complete();
        }
        catch (Exception e)
        {
            // Told where it is read.
            news.Complete(e);
        }
    }

    private async Task TakeAsync(Lane lane, AccountSession session, AccountHealth health, Pushed news, CancellationToken ct)
    {
        switch (news.Update)
        {
            case AccountUpdate.Snapshot snapshot:
                await orders.ApplyAsync(lane, snapshot.State.Fills, ct);
                var again = await positions.ApplyAsync(lane, session, snapshot.State, news.Begun, ct);
                // What was filled or canceled while nobody listened is in no event that is still to come.
                await orders.ApplyAsync(lane, session, snapshot.State, snapshot.State.At, ct);
                if (snapshot.State.Account is { } money) await health.PushedAsync(money, ct);
                if (again is not null) lane.Sync.Ring();
                break;
            case AccountUpdate.Order order:
                await orders.ApplyAsync(lane, order.Report, ct);
                break;
            case AccountUpdate.Fill fill:
                await orders.ApplyAsync(lane, [fill.Report], ct);
                break;
            case AccountUpdate.Position position:
                await positions.ApplyAsync(lane, position.Report, position.Closed, news.HeardAt, ct);
                break;
            case AccountUpdate.Balance balance:
                await health.PushedAsync(balance.Account, ct);
                break;
            case AccountUpdate.Gap:
                lane.Sync.Ring();
                break;
        }
    }

    /// <param name="Begun">Timestamp from before it was waited for: what happened since may be missing in it.</param>
    /// <param name="HeardAt">Timestamp of its coming in.</param>
    private readonly record struct Pushed(AccountUpdate Update, long Begun, long HeardAt);

    /// <param name="Pause">How long to wait for the next reading.</param>
    /// <param name="Again">How long when something is missing and one reading is no proof.</param>
    private readonly record struct Next(TimeSpan Pause, TimeSpan? Again)
    {
        public TimeSpan Soonest => Again is { } soon && soon < Pause ? soon : Pause;
    }

    [LoggerMessage(4030, LogLevel.Warning, "Account {AccountId} could not be read")]
    private partial void LogFailed(Exception e, Guid accountId);
}
