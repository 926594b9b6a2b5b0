namespace TradeFlow.Platform.Kernel;

/// <summary>
/// How a supervised service ends only once its queue is empty: it completes the queue and waits here; the loop that has emptied it says so
/// and waits for its end.
/// </summary>
internal sealed class Drain
{
    private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that nothing is left and nothing will come.</summary>
    public Task EmptyAsync(CancellationToken stopping)
    {
        empty.TrySetResult();
        return Task.Delay(Timeout.InfiniteTimeSpan, stopping);
    }

    /// <summary>Returns when the queue is empty, or when the time for stopping is over.</summary>
    public async Task WaitAsync(CancellationToken atMost) =>
        await empty.Task.WaitAsync(atMost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
