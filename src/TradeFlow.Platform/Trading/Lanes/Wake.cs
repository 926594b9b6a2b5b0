namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>A bell: rung any number of times it wakes its one listener once.</summary>
internal sealed class Wake : IDisposable
{
    private readonly SemaphoreSlim bell = new(0, 1);

    public void Ring()
    {
        try
        {
            if (bell.CurrentCount == 0) bell.Release();
        }
        catch (SemaphoreFullException)
        {
            // Two rang at the same moment: once is enough.
        }
        catch (ObjectDisposedException)
        {
            // The lane has ended; whoever holds it now is woken by its own bell or poll.
        }
    }

    /// <summary>Waits for the bell or until the time is over.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken ct) => bell.WaitAsync(atMost, ct);

    public void Dispose() => bell.Dispose();
}
