namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>Wakes those who wait for something each time that something has changed.</summary>
internal sealed class Changes(TimeProvider clock)
{
    private TaskCompletionSource next = New();

    public void Ring() => Interlocked.Exchange(ref next, New()).TrySetResult();

    /// <summary>Looks now and with each change, for a while.</summary>
    /// <returns>What was seen, or null when the time is over.</returns>
    public async Task<T?> WaitAsync<T>(Func<T?> look, TimeSpan patience, CancellationToken ct) where T : class
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            // Before the look, so that nothing is missed between the two.
            var change = Volatile.Read(ref next).Task;
            if (look() is { } seen) return seen;
            var left = patience - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return null;
            try
            {
                await change.WaitAsync(left, clock, ct);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
