using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Connectors.Plugins.Processes;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>
/// A plugin's session behind a guard: each call has a deadline after which it is abandoned; what an order command throws is an unknown
/// outcome, what a query throws is a <see cref="ConnectorException"/>; what it answers is checked and copied (<see cref="AnswerCheck"/>,
/// <see cref="OutcomeCheck"/>); entries wait while the plugin fails again and again, exits never do.
/// </summary>
internal class GuardedConnector : IBrokerConnector
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainAtMost = TimeSpan.FromSeconds(20);
    private readonly LoadedPlugin plugin;
    private readonly AnswerCheck check;
    private readonly ConnectorContext context;
    private readonly SessionDeadlines deadlines;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private IBrokerConnector? inner;
    private int calls;
    private bool ended;

    private GuardedConnector(
        IBrokerConnector inner, LoadedPlugin plugin, ConnectorContext context, SessionDeadlines deadlines, TimeProvider clock,
        ILogger log) =>
            (this.inner, this.plugin, check, this.context, this.deadlines, this.clock, this.log) =
                (inner, plugin, AnswerCheck.For(plugin.Manifest), context, deadlines, clock, log);

    public static GuardedConnector Around(
        IBrokerConnector session, LoadedPlugin plugin, ConnectorContext context, SessionDeadlines deadlines, TimeProvider clock,
        ILogger log) =>
            session is IModifyOrders ? new Modifying(session, plugin, context, deadlines, clock, log) : new GuardedConnector(session,
                plugin, context, deadlines, clock, log);

    public LoadedPlugin Plugin => plugin;

    /// <summary>Raised when the broker says that the credentials no longer work.</summary>
    public event Action<ConnectorException>? LoggedOut;

    /// <summary>Ended here, or with the process that it lived in.</summary>
    public bool HasEnded
    {
        get
        {
            lock (gate) return ended || inner is ProcessSession { IsGone: true };
        }
    }

    // The answers are checked inside the call: reading a list of the plugin runs the plugin's code, which may throw and may never end.
    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) =>
        QueryAsync("account", deadlines.Query, async (session, token) => check.Account(await session.GetAccountAsync(token)), ct);

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        var whole = query.Symbol is null;
        return QueryAsync("instruments", whole ? deadlines.List : deadlines.Query,
            async (session, token) => AnswerCheck.Instruments(await session.FindInstrumentsAsync(query, token), whole), ct);
    }

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) =>
        QueryAsync("quote", deadlines.Query, async (session, token) => check.Quote(await session.GetQuoteAsync(brokerSymbol, token)), ct);

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        QueryAsync("find order", deadlines.Query, async (session, token) => check.Lookup(await session.FindOrderAsync(order, token)), ct);

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) =>
        QueryAsync("state", deadlines.Query, async (session, token) => check.State(await session.GetStateAsync(window, token)), ct);

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        plugin.Breaker.LetsEntryThrough()
            ? CommandAsync("place", (session, token) => session.PlaceAsync(order, token), ct)
            : Task.FromResult<OrderOutcome>(
                new OrderOutcome.NotSent($"The connector of {plugin.Manifest.Name} fails at the moment; nothing was sent."));

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        CommandAsync("cancel", (session, token) => session.CancelAsync(order, token), ct);

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        CommandAsync("close", (session, token) => session.ClosePositionAsync(close, token), ct);

    public async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, ending.Token);
        using var asked = new CancellationTokenSource();
        using var asking = PassOn(asked, both.Token);
        // A stream may clean up behind a position that has gone.
        using var permit = SendPermit.ForCancels();
        var session = Enter();
        IAsyncEnumerator<AccountUpdate>? updates = null;
        try
        {
            updates = Guard(() => permit.Under(() => session.StreamAsync(asked.Token).GetAsyncEnumerator(asked.Token)));
            while (true)
            {
                AccountUpdate? update;
                try
                {
                    update = await permit.Under(updates.MoveNextAsync) ? check.Update(updates.Current) : null;
                }
                catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    throw ending.IsCancellationRequested ? Ended() : Failed(e, "stream");
                }
                if (update is null) yield break;
                plugin.Breaker.Succeeded();
                yield return update;
            }
        }
        finally
        {
            if (updates is not null) await EndQuietlyAsync(updates);
            Leave();
        }
    }

    /// <summary>Ends the session: streams stop, calls in flight finish, then the plugin's own session is disposed of.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (ended) return;
            ended = true;
            if (calls == 0) idle.TrySetResult();
        }
        await ending.CancelAsync();
        try
        {
            await idle.Task.WaitAsync(DrainAtMost);
        }
        catch (TimeoutException)
        {
            // A call that never returns keeps its hold on the plugin; it is abandoned.
        }
        await EndInnerAsync();
        context.Dispose();
        plugin.Release();
        ending.Dispose();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task EndInnerAsync()
    {
        var session = inner;
        inner = null;
        if (session is not null) await EndQuietlyAsync(session);
    }

    private async Task EndQuietlyAsync(IAsyncDisposable disposable)
    {
        try
        {
            await Task.Run(() => disposable.DisposeAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(5), clock);
        }
        catch (Exception e)
        {
            // Whatever a plugin throws at its end, the account goes on with another session.
            _ = PluginFault.ToQueryError(e, plugin, "dispose", log);
        }
    }

    private async Task<T> QueryAsync<T>(
        string call, TimeSpan limit, Func<IBrokerConnector, CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        var session = Enter();
        try
        {
            var answer = await RunAsync(session, ask, limit, ct);
            plugin.Breaker.Succeeded();
            return answer;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw Failed(e, call);
        }
        finally
        {
            Leave();
        }
    }

    private async Task<OrderOutcome> CommandAsync(
        string call, Func<IBrokerConnector, CancellationToken, Task<OrderOutcome>> send, CancellationToken ct)
    {
        if (ct.IsCancellationRequested) return new OrderOutcome.NotSent("Cancelled before it was sent.");
        IBrokerConnector session;
        try
        {
            session = Enter();
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        try
        {
            using var permit = SendPermit.Give(clock, clock.GetTimestamp(), deadlines.Order);
            var outcome = OutcomeCheck.Of(await RunAsync(session, send, deadlines.Order, ct), check);
            plugin.Breaker.Succeeded();
            return outcome;
        }
        catch (Exception e)
        {
            if (e is ConnectorException { Kind: ConnectorErrorKind.Authentication } loggedOut) LoggedOut?.Invoke(loggedOut);
            return PluginFault.ToOutcome(e, plugin, call, log);
        }
        finally
        {
            Leave();
        }
    }

    private async Task<T> RunAsync<T>(
        IBrokerConnector session, Func<IBrokerConnector, CancellationToken, Task<T>> call, TimeSpan limit, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        using var asked = new CancellationTokenSource();
        using var asking = PassOn(asked, both.Token);
        // On the pool, so that a plugin that blocks instead of awaiting can be left behind. A token that is cancelled asks it to end; the
        // grace lets it answer.
        var running = Task.Run(async () => await call(session, asked.Token), CancellationToken.None);
        try
        {
            return await running.WaitAsync(limit + Grace, clock, CancellationToken.None);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            _ = running.ContinueWith(static left => _ = left.Exception, TaskScheduler.Default);
            throw;
        }
    }

    // What a plugin registers on its token may throw. On a linked token that would come out at whoever cancels: a timer, which ends the
    // process.
    private static CancellationTokenRegistration PassOn(CancellationTokenSource asked, CancellationToken cancelled) =>
        cancelled.UnsafeRegister(static source => _ = ((CancellationTokenSource)source!).CancelAsync(), asked); // given one line above

    private ConnectorException Failed(Exception exception, string call)
    {
        var error = PluginFault.ToQueryError(exception, plugin, call, log);
        if (error.Kind == ConnectorErrorKind.Authentication) LoggedOut?.Invoke(error);
        return error;
    }

    private T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e)
        {
            throw Failed(e, "stream");
        }
    }

    private IBrokerConnector Enter()
    {
        lock (gate)
        {
            if (ended || inner is null) throw Ended();
            calls++;
            return inner;
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            calls--;
            if (ended && calls == 0) idle.TrySetResult();
        }
    }

    private ConnectorException Ended() =>
        new(ConnectorErrorKind.Transient, $"The session with {plugin.Manifest.Name} has ended; open another one.");

    private sealed class Modifying(
        IBrokerConnector inner, LoadedPlugin plugin, ConnectorContext context, SessionDeadlines deadlines, TimeProvider clock, ILogger log)
        : GuardedConnector(inner, plugin, context, deadlines, clock, log), IModifyOrders
    {
        public Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct) =>
            CommandAsync("modify", (session, token) => session is IModifyOrders modifying
                ? modifying.ModifyAsync(change, token)
                : throw new InvalidOperationException("The session cannot modify."), ct);
    }
}
