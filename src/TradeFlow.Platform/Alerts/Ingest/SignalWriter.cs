using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Ingest;

/// <summary>
/// Records signals so that those that come together share a commit: a writer takes all that wait, and answers each after the commit. There is no artificial
/// delay: a lone signal goes at once. The signals of an account always go through the same writer, in the order in which they came.
/// </summary>
internal sealed partial class SignalWriter : SupervisedService
{
    private readonly Channel<Waiting>[] queues;
    private readonly Drain[] drains;
    private readonly SignalRecord record;
    private readonly IngestOptions options;
    private readonly ILogger<SignalWriter> log;

    public SignalWriter(SignalRecord record, IOptions<IngestOptions> options, Supervisor supervisor, ILogger<SignalWriter> log) : base(supervisor)
    {
        (this.record, this.options, this.log) = (record, options.Value, log);
        queues = [.. Enumerable.Range(0, this.options.Writers).Select(_ => Channel.CreateBounded<Waiting>(new BoundedChannelOptions(this.options.QueueLength) { SingleReader = true }))];
        Measures.Watch("tradeflow.ingest.queue", "{signal}", "Signals that wait to be recorded", () => queues.Sum(queue => (long)queue.Reader.Count));
        drains = [.. queues.Select(_ => new Drain())];
    }

    /// <summary>Answers within the time that a sender waits. <see cref="Recorded.Unavailable"/> at once when the queue is full.</summary>
    public async Task<Recorded> RecordAsync(Signal signal, CancellationToken ct)
    {
        var waiting = new Waiting(signal);
        if (!queues[(uint)signal.Account.AccountId.GetHashCode() % (uint)queues.Length].Writer.TryWrite(waiting)) return new Recorded.Unavailable();
        try
        {
            return await waiting.Outcome.Task.WaitAsync(TimeSpan.FromSeconds(options.RecordSeconds), ct);
        }
        catch (TimeoutException)
        {
            // Not taken yet: then it never will be. Taken: its commit may still come, and the sender's repeat finds it.
            waiting.TryAbandon();
            return new Recorded.Unavailable();
        }
    }

    // Each by itself: the accounts of one writer must not wait for the trouble of another.
    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [.. queues.Select((queue, n) => ($"signal writer {n + 1}", (Func<CancellationToken, Task>)(ct => WriteAsync(queue.Reader, drains[n], ct))))];

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
            foreach (var waiting in batch) waiting.Outcome.TrySetResult(await AloneAsync(waiting.Signal, wasAlone: batch.Count == 1));
        }
        catch (Exception e)
        {
            LogNotRecorded(e, batch.Count);
            foreach (var waiting in batch) waiting.Outcome.TrySetResult(new Recorded.Unavailable());
        }
    }

    private async Task RunAsync(List<Waiting> batch)
    {
        var outcomes = await record.RunAsync(batch.ConvertAll(waiting => waiting.Signal), CancellationToken.None);
        foreach (var waiting in batch) waiting.Outcome.TrySetResult(outcomes[waiting.Signal.Webhook]);
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
            return new Recorded.Unavailable();
        }
    }

    private sealed class Waiting(Signal signal)
    {
        private int state;

        public Signal Signal { get; } = signal;

        // Continuations run elsewhere: the writer must not do the work of those who wait.
        public TaskCompletionSource<Recorded> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool TryTake() => Interlocked.CompareExchange(ref state, 1, 0) == 0;

        public bool TryAbandon() => Interlocked.CompareExchange(ref state, 2, 0) == 0;
    }

    [LoggerMessage(2001, LogLevel.Warning, "A batch of {Count} signals could not be recorded; trying again")]
    private partial void LogBatchFailed(Exception exception, int count);

    [LoggerMessage(2002, LogLevel.Warning, "A batch of {Count} signals could not be recorded at the second attempt")]
    private partial void LogNotRecorded(Exception exception, int count);

    [LoggerMessage(2003, LogLevel.Error, "Signal {Webhook} could not be recorded by itself")]
    private partial void LogSignalFailed(Exception exception, WebhookId webhook);
}
