using System.Collections.Concurrent;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// Where everything of one lane runs: one piece after the other, on whatever thread of the pool is free. An await that begins here ends
/// here, so that the state of the lane needs no lock. Other pieces run during an await: what was read before it may have changed after it.
/// Nothing here may block its thread, or use <c>ConfigureAwait(false)</c>.
/// </summary>
internal sealed class LaneTurns : SynchronizationContext, IThreadPoolWorkItem
{
    // A lane that never rests leaves its thread to the others now and then.
    private const int AtOnce = 64;
    private readonly ConcurrentQueue<(SendOrPostCallback Piece, object? State)> waiting = new();
    private int isDue;

    /// <summary>The calling code runs in this lane.</summary>
    public bool IsHere => Current == this;

    /// <summary>Hands over from any thread what is to be done here. It must not throw.</summary>
    public void Post(Action piece) => Post(static piece => ((Action)piece!)(), piece); // given beside it

    public override void Post(SendOrPostCallback d, object? state)
    {
        waiting.Enqueue((d, state));
        if (Interlocked.Exchange(ref isDue, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nobody waits for a lane with a thread.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Has work run here, and belongs to no call that happened to begin it.</summary>
    /// <returns>Its end.</returns>
    public Task RunAsync(Func<Task> work)
    {
        var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => begun.SetResult(BeginAsync(work)));
        return begun.Task.Unwrap();
    }

    // What it throws before its first await ends it like everything else.
    private static async Task BeginAsync(Func<Task> work) => await work();

    void IThreadPoolWorkItem.Execute()
    {
        SetSynchronizationContext(this);
        try
        {
            for (var done = 0; done < AtOnce && waiting.TryDequeue(out var next); done++) next.Piece(next.State);
        }
        finally
        {
            SetSynchronizationContext(null);
            Volatile.Write(ref isDue, 0);
            // Who came after the last look found it due.
            if (!waiting.IsEmpty && Interlocked.Exchange(ref isDue, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
