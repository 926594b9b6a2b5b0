using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class OrderNewsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private readonly OrderNews news = new();
    private readonly Guid order = Guid.NewGuid();

    [Fact]
    public async Task Everybody_who_waits_for_an_order_is_told_and_so_is_who_comes_after_it()
    {
        var (one, two) = (WaitAsync(), WaitAsync());
        Tell("FILLED");

        (await one, await two, await WaitAsync()).ShouldBe(("FILLED", "FILLED", "FILLED"));
    }

    [Fact]
    public async Task One_who_waits_no_longer_keeps_nobody_from_being_told()
    {
        var other = WaitAsync();
        (await news.WaitAsync(order, TimeSpan.FromMilliseconds(1), default)).ShouldBeNull();
        Tell("REJECTED");

        (await other).ShouldBe("REJECTED");
    }

    [Fact]
    public async Task An_unknown_order_is_waited_for_until_it_is_settled()
    {
        var waiting = WaitAsync();
        Tell("UNKNOWN");
        waiting.IsCompleted.ShouldBeFalse();
        Tell("FILLED");

        (await waiting).ShouldBe("FILLED");
    }

    [Fact]
    public async Task An_unknown_order_is_unknown_where_the_time_is_over()
    {
        Tell("UNKNOWN");

        (await news.WaitAsync(order, TimeSpan.FromMilliseconds(1), default)).ShouldBe("UNKNOWN");
        (await news.WaitAsync(order, TimeSpan.FromSeconds(-1), default)).ShouldBe("UNKNOWN");
    }

    [Fact]
    public async Task Nobody_waits_in_a_worker_that_ends_nor_for_a_lane_that_does()
    {
        using var host = new Ending();
        var ended = new OrderNews(host).WaitAsync(order, Long, default);
        using var lane = new CancellationTokenSource();
        var moved = news.WaitAsync(order, Long, lane.Token);

        host.StopApplication();
        await lane.CancelAsync();

        (await ended).ShouldBeNull();
        (await moved).ShouldBeNull();
    }

    private Task<string?> WaitAsync() => news.WaitAsync(order, Long, default);

    private void Tell(string status) => news.Tell(
        new OrderView
        {
            Id = order, AccountId = order, Broker = "paper", Symbol = "EURUSD", Type = "MARKET", Action = "open", Status = status,
            ClientOrderId = "c", CreatedAt = DateTimeOffset.UnixEpoch,
        }, json: status);

    private sealed class Ending : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;
        public CancellationToken ApplicationStopping => stopping.Token;
        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => stopping.Cancel();

        public void Dispose() => stopping.Dispose();
    }
}
