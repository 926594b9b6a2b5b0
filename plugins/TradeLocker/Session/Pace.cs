namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>
/// How often the account is looked at: often while something is open or was just ordered, seldom while it is flat. A command wakes a seldom look.
/// </summary>
internal sealed class Pace(TimeProvider clock)
{
    // Positions and orders may be read once a second; commands and look-ups need a part of that.
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset busyUntil;

    /// <summary>Something was ordered.</summary>
    public void Wake()
    {
        lock (gate)
        {
            busyUntil = clock.GetUtcNow() + Aftermath;
            woken.TrySetResult();
        }
    }

    public async Task WaitAsync(bool somethingOpen, CancellationToken ct)
    {
        Task wake;
        bool busy;
        lock (gate)
        {
            busy = somethingOpen || clock.GetUtcNow() < busyUntil;
            if (woken.Task.IsCompleted) woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            wake = woken.Task;
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pause = Task.Delay(busy ? Busy : Idle, clock, over.Token);
        if (busy) await pause;
        else await Task.WhenAny(pause, wake);
        await over.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }
}
