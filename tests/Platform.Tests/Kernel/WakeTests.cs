using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class WakeTests
{
    [Fact]
    public async Task Rung_by_many_at_once_it_wakes_its_listener_and_throws_nothing()
    {
        using var wake = new Wake();
        using var stop = new CancellationTokenSource();
        // Threads of their own: four that ring without a pause would keep those of the pool from everything else that runs meanwhile.
        Task[] ringing = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            while (!stop.IsCancellationRequested) wake.Ring();
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

        for (var woken = 0; woken < 100_000; woken++) await wake.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

        await stop.CancelAsync();
        await Task.WhenAll(ringing);
    }

    [Fact]
    public async Task Rung_twice_it_wakes_once()
    {
        using var wake = new Wake();
        wake.Ring();
        wake.Ring();

        await wake.WaitAsync(Timeout.InfiniteTimeSpan, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

        wake.WaitAsync(Timeout.InfiniteTimeSpan, CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Rung_after_its_listener_has_ended_it_throws_nothing()
    {
        var wake = new Wake();
        wake.Dispose();

        wake.Ring();
    }
}
