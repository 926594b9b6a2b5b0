using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Ingest;

/// <summary>
/// Records signals so that those that come together share a commit: a writer takes all that wait, and answers each after the commit. There
/// is no artificial delay: a lone signal goes at once. The signals of an account always go through the same writer, in the order in which
/// they came.
/// </summary>
internal sealed partial class SignalWriter : SupervisedService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private readonly Channel<Waiting>[] queues;
    private readonly Drain[] drains;
    private readonly SignalRecord record;
    private readonly Confirmed confirmed;
    private readonly LaneCalls lanes;
    private readonly IngestOptions options;
    private readonly ILogger<SignalWriter> log;

    public SignalWriter(
        SignalRecord record, Confirmed confirmed, LaneCalls lanes, IOptions<IngestOptions> options, Supervisor supervisor,
        ILogger<SignalWriter> log) : base(supervisor)
    {
        (this.record, this.confirmed, this.lanes, this.options, this.log) = (record, confirmed, lanes, options.Value, log);
        queues = [.. Enumerable.Range(0, this.options.Writers)
            .Select(_ => Channel.CreateBounded<Waiting>(new BoundedChannelOptions(this.options.QueueLength) { SingleReader = true }))];
        Measures.Watch("tradeflow.ingest.queue", "{signal}", "Signals that wait to be recorded",
            () => queues.Sum(queue => (long)queue.Reader.Count));
        drains = [.. queues.Select(_ => new Drain())];
    }

    /// <summary>
    /// Answers within the time that a sender waits: <see cref="Recorded.Unavailable"/> at once when the queue is full. Where the fate of a
    /// commit is not known the database is asked for <see cref="IngestOptions.AskSeconds"/> more.
    /// </summary>
    /// <param name="atMost">How long this one may take to be recorded.</param>
    public async Task<Recorded> RecordAsync(Signal signal, TimeSpan atMost, CancellationToken ct)
    {
        var limit = TimeSpan.FromSeconds(options.RecordSeconds);
        var waiting = new Waiting(signal);
        if (!queues[(uint)signal.Account.AccountId.GetHashCode() % (uint)queues.Length].Writer.TryWrite(waiting))
            return new Recorded.Unavailable();
        try
        {
            await waiting.Outcome.WaitAsync(atMost < limit ? atMost : limit, ct);
        }
        catch (TimeoutException)
        {
            // Not taken yet: then it never will be.
            if (waiting.TryAbandon()) return new Recorded.Unavailable();
            waiting.TrySettle(new Recorded.Unknown());
        }
        var outcome = await waiting.Outcome;
        return outcome is Recorded.Unknown ? await FindAsync(signal) : outcome;
    }

    // Each by itself: the accounts of one writer must not wait for the trouble of another.
    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [.. queues.Select(
            (queue, n) => ($"signal writer {n + 1}", (Func<CancellationToken, Task>)(ct => WriteAsync(queue.Reader, drains[n], ct))))];

    /// <summary>What was taken in is recorded before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in queues) queue.Writer.TryComplete();
        await Task.WhenAll(drains.Select(drain => drain.WaitAsync(cancellationToken)));
        await base.StopAsync(cancellationToken);
    }

    private async Task WriteAsync(ChannelReader<Waiting> queue, Drain drain, CancellationToken ct)
    {
        var batch = new List<Waiting>(options.LargestBatch);
        // Until the queue is completed: a stop must not drop what waits.
        while (await queue.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            while (batch.Count < options.LargestBatch && queue.TryRead(out var waiting))
                if (waiting.TryTake()) batch.Add(waiting);
            if (batch.Count > 0) await WriteBatchAsync(batch);
        }
        await drain.EmptyAsync(ct);
    }

    // Any exception, whatever it is: those who wait must be answered and the writer must go on.
    private async Task WriteBatchAsync(List<Waiting> batch)
    {
        try
        {
            await RunAsync(batch);
        }
        catch (Exception e)
        {
            LogBatchFailed(e, batch.Count);
            await TryAgainAsync(batch);
        }
    }

    // With the same ids, so that what had committed is found and not recorded twice. It heals a broken connection and a deadlock.
    private async Task TryAgainAsync(List<Waiting> batch)
    {
        try
        {
            await RunAsync(batch);
        }
        catch (PostgresException e)
        {
            // The server answers, so the fault may lie in one signal: it must not fail the others.
            LogNotRecorded(e, batch.Count);
            foreach (var waiting in batch) Settle(waiting, await AloneAsync(waiting.Signal, wasAlone: batch.Count == 1));
        }
        catch (Exception e)
        {
            LogNotRecorded(e, batch.Count);
            foreach (var waiting in batch) Settle(waiting, new Recorded.Unknown());
        }
    }

    private async Task RunAsync(List<Waiting> batch)
    {
        var outcomes = await record.RunAsync(batch.ConvertAll(waiting => waiting.Signal), CancellationToken.None);
        foreach (var waiting in batch) Settle(waiting, outcomes[waiting.Signal.Webhook]);
    }

    // Known before anybody is told, so that an equal signal right behind it finds it.
    private void Settle(Waiting waiting, Recorded outcome)
    {
        if (outcome is Recorded.New) confirmed.Add(waiting.Signal);
        if (waiting.TrySettle(outcome)) return;
        confirmed.Remove(waiting.Signal.Webhook);
        // Its sender has been answered without it: nobody else wakes the lane.
        if (outcome is Recorded.New) lanes.Ring(waiting.Signal.Account.AccountId);
    }

    private async Task<Recorded> AloneAsync(Signal signal, bool wasAlone)
    {
        try
        {
            if (!wasAlone) return (await record.RunAsync([signal], CancellationToken.None))[signal.Webhook];
        }
        catch (Exception e)
        {
            LogSignalFailed(e, signal.Webhook);
        }
        try
        {
            // A first attempt whose answer was lost may have committed while this one was refused.
            return await record.IsThereAsync(signal, CancellationToken.None) ? new Recorded.New([]) : new Recorded.Unavailable();
        }
        catch (Exception e)
        {
            LogSignalFailed(e, signal.Webhook);
            return new Recorded.Unknown();
        }
    }

    // The commit may have happened although nobody heard of it, or may happen in a moment.
    private async Task<Recorded> FindAsync(Signal signal)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.AskSeconds));
        Recorded outcome = new Recorded.Unknown();
        while (true)
        {
            try
            {
                // Left behind when the time is over: an opening connection does not listen to its token.
                if (await record.IsThereAsync(signal, patience.Token).WaitAsync(patience.Token)) return new Recorded.New([]);
                outcome = new Recorded.Unavailable();
                await Task.Delay(BetweenLooks, patience.Token);
            }
            catch (OperationCanceledException)
            {
                LogNotFound(signal.Webhook, outcome is Recorded.Unknown);
                return outcome;
            }
            catch (Exception e)
            {
                LogSignalFailed(e, signal.Webhook);
                await Task.Delay(BetweenLooks, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (patience.IsCancellationRequested) return outcome;
            }
        }
    }

    private sealed class Waiting(Signal signal)
    {
        // Continuations run elsewhere: the writer must not do the work of those who wait.
        private readonly TaskCompletionSource<Recorded> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int state;

        public Signal Signal { get; } = signal;

        public Task<Recorded> Outcome => outcome.Task;

        /// <summary>False when the sender has been told something else already.</summary>
        public bool TrySettle(Recorded settled) => outcome.TrySetResult(settled);

        public bool TryTake() => Interlocked.CompareExchange(ref state, 1, 0) == 0;

        public bool TryAbandon() => Interlocked.CompareExchange(ref state, 2, 0) == 0;
    }

    [LoggerMessage(2001, LogLevel.Warning, "A batch of {Count} signals could not be recorded; trying again")]
    private partial void LogBatchFailed(Exception exception, int count);

    [LoggerMessage(2002, LogLevel.Warning, "A batch of {Count} signals could not be recorded at the second attempt")]
    private partial void LogNotRecorded(Exception exception, int count);

    [LoggerMessage(2003, LogLevel.Error, "Signal {Webhook} could not be recorded by itself")]
    private partial void LogSignalFailed(Exception exception, WebhookId webhook);

    [LoggerMessage(2004, LogLevel.Warning, "Signal {Webhook} was not recorded in time (whether it may be: {Unknown})")]
    private partial void LogNotFound(WebhookId webhook, bool unknown);
}
