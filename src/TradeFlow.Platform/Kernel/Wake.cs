namespace TradeFlow.Platform.Kernel;

/// <summary>A bell: rung any number of times, from anywhere, it wakes its one listener once. Ringing never throws.</summary>
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
            // The listener has ended; whoever took its place has a bell or a poll of its own.
        }
    }

    /// <summary>Waits for the bell or until the time is over.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken ct) => bell.WaitAsync(atMost, ct);

    public void Dispose() => bell.Dispose();
}
