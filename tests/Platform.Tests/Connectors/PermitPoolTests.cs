using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Http;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Tests.Shared;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>Two Workers and a real Redis; the windows are longer than a test, so that only what the test says takes time.</summary>
public sealed class PermitPoolTests
{
    private const double Window = 600;

    // A test's machine may be slow: nobody is missed, and nobody gives up, unless a test wants it.
    private static readonly PoolTimes Unhurried = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(5), TimeSpan.Zero);

    private static readonly ConnectorManifest Manifest = Guards.Manifest with
    {
        RateLimits =
        [
            new RateLimitRule { Class = "quote", Scope = "credential", Permits = 20, PerSeconds = Window },
            new RateLimitRule { Class = "auth", Scope = "account", Permits = 3, PerSeconds = Window },
            new RateLimitRule { Class = "order", Scope = "credential", Permits = 2, PerSeconds = Window },
            new RateLimitRule { Class = "order", Scope = "account", Permits = 30, PerSeconds = Window },
            new RateLimitRule { Class = "order", Scope = "ip", Permits = 100, PerSeconds = Window },
        ],
    };

    private static readonly LimitScope Scope = new("sample", "demo", "the-credential", "1");

    [Fact]
    public async Task Workers_together_never_take_more_than_the_window_and_one_alone_takes_what_the_other_leaves()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var (a, b) = (new Worker("a", connection), new Worker("b", connection));
        await TogetherAsync(connection, a, b);

        (await a.TakeAsync(12)).ShouldBe(12, "more than its half of 20");
        var rest = await Task.WhenAll(Enumerable.Range(0, 50).Select(at => Task.Run(() => (at % 2 == 0 ? a : b).TakeAsync(1))));

        rest.Sum().ShouldBe(8, "20 in all");
        (await a.TakeAsync(5) + await b.TakeAsync(5)).ShouldBe(0);
    }

    [Fact]
    public async Task What_one_window_refuses_is_spent_in_no_other()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var (a, b) = (new Worker("a", connection), new Worker("b", connection));
        await TogetherAsync(connection, a, b);

        (await a.TakeAsync(10, RequestClass.Cancel)).ShouldBe(2);

        a.OwnWindow("account").ShouldBe(28, "of 30");
        (await TakenOfAsync(connection)).ShouldBe([2, 2], "in the windows of the credential and of the address");
    }

    [Fact]
    public async Task Without_Redis_each_has_what_nobody_else_can_have_taken_and_after_a_window_its_whole_share()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var (a, b) = (new Worker("a", connection), new Worker("b", connection));
        await TogetherAsync(connection, a, b);
        (await a.TakeAsync(50)).ShouldBe(15, "all but what the other has for itself");

        redis.Kill();
        await Eventually.True(() => !connection.IsConnected, TimeSpan.FromSeconds(30), "the connection is lost");
        (await b.TakeAsync(50) + await a.TakeAsync(50)).ShouldBe(5, "20 in all");
        a.Pool.Answers.ShouldBeFalse();

        // Another Redis, which remembers nothing.
        await redis.BeginAsync();
        await Eventually.True(() => connection.IsConnected, TimeSpan.FromSeconds(30), "the connection is back");
        await Task.WhenAll(a.Pool.SignAsync(), b.Pool.SignAsync());
        (await a.TakeAsync(50) + await b.TakeAsync(50)).ShouldBe(0, "the window is not over");
        (a.Pool.Answers && b.Pool.Answers).ShouldBeTrue();

        redis.Kill();
        await Eventually.True(() => !connection.IsConnected, TimeSpan.FromSeconds(30), "the connection is lost again");
        a.Clock.Advance(TimeSpan.FromSeconds(Window));
        (await a.TakeAsync(50)).ShouldBe(5, "others may have taken the rest of its share a moment before Redis went");
        a.Clock.Advance(Unhurried.Patience + Unhurried.Missed);
        (await a.TakeAsync(50)).ShouldBe(5, "its whole share of 10");
    }

    [Fact]
    public async Task Of_a_Worker_that_is_missed_the_pool_keeps_the_share()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var a = new Worker("a", connection);
        await TogetherAsync(connection, a);

        (await a.TakeAsync(50)).ShouldBe(10);
    }

    [Fact]
    public async Task A_Worker_that_had_only_its_own_share_is_missed_for_a_window_more()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var (a, b) = (new Worker("a", connection), new Worker("b", connection));
        await TogetherAsync(connection, a);
        (await b.TakeAsync(50)).ShouldBe(10, "it does not know of Redis yet");

        await b.Pool.SignAsync();
        await b.Pool.SignAsync();

        (await a.TakeAsync(50) + await b.TakeAsync(50)).ShouldBe(10);
    }

    [Fact]
    public async Task A_Redis_that_hangs_keeps_nobody_waiting_and_does_nothing_of_it_later()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        await using var other = await redis.ConnectAsync();
        var times = PoolTimes.Usual with { Missed = TimeSpan.FromMinutes(5), Grace = TimeSpan.Zero };
        var a = new Worker("a", connection, times, TimeProvider.System);
        await Eventually.True(async () =>
        {
            await TogetherAsync(connection, a);
            return a.Pool.Answers;
        }, "Redis has answered in time");

        await other.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", "3000", "ALL");
        (await a.TakeAsync(1)).ShouldBe(1, "of its own");

        a.Pool.Answers.ShouldBeFalse();
        // Answered once the pause is over, behind the question that was given up.
        await Eventually.True(() => PingAsync(connection), TimeSpan.FromSeconds(30), "Redis goes on");
        (await TakenOfAsync(connection)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pause_that_a_broker_asks_one_Worker_for_is_kept_by_all()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var (a, b) = (new Worker("a", connection), new Worker("b", connection));
        await TogetherAsync(connection, a, b);

        a.Limits.Pause(a.Limits.For(Manifest, Scope, RequestClass.Quote), TimeSpan.FromMinutes(1));

        var refused = (await b.Limits.TakeAsync(Manifest, Scope, RequestClass.Quote, TimeSpan.Zero, default)).Refused.ShouldNotBeNull();
        refused.Why.ByBroker.ShouldBeTrue();
        refused.Why.Wait.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Redis_is_told_no_credential_and_is_not_asked_for_what_one_account_has()
    {
        await using var redis = await OwnRedis.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var (a, b) = (new Worker("a", connection), new Worker("b", connection));
        await TogetherAsync(connection, a, b);

        (await a.TakeAsync(9, RequestClass.Auth)).ShouldBe(3);
        (await TakenOfAsync(connection)).ShouldBeEmpty();
        await a.TakeAsync(1);

        var keys = Keys(connection).Select(key => key.ToString()).ToArray();
        keys.Length.ShouldBe(2);
        keys.ShouldAllBe(key => !key.Contains("credential") && !key.Contains("sample"));
    }

    // As if they had been there for long.
    private static async Task TogetherAsync(IConnectionMultiplexer connection, params Worker[] workers)
    {
        foreach (var worker in workers)
        {
            await worker.Pool.SignAsync();
            var now = (DateTimeOffset)(await connection.GetServers()[0].TimeAsync());
            var heard = (now.Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
            await connection.GetDatabase().HashSetAsync(PermitPool.WorkersKey, worker.Name, $"1 {heard}");
        }
    }

    private static RedisKey[] Keys(IConnectionMultiplexer connection) => [.. connection.GetServers()[0].Keys(pattern: "*")];

    private static async Task<long[]> TakenOfAsync(IConnectionMultiplexer connection) =>
        await Task.WhenAll(Keys(connection).Where(key => key != PermitPool.WorkersKey)
            .Select(key => connection.GetDatabase().SortedSetLengthAsync(key)));

    private static async Task<bool> PingAsync(IConnectionMultiplexer connection)
    {
        try
        {
            await connection.GetDatabase().PingAsync();
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private sealed class Worker : IWorkers
    {
        public Worker(string name, IConnectionMultiplexer connection, PoolTimes? times = null, TimeProvider? clock = null)
        {
            Name = name;
            var supervisor = new Supervisor(Clock, NullLogger<SupervisedLoop>.Instance);
            Pool = new PermitPool(connection, supervisor, clock ?? Clock, NullLogger<PermitPool>.Instance, this, times ?? Unhurried);
            Limits = new RateLimits(Clock, () => 2, Pool);
        }

        public string Name { get; }
        public HandClock Clock { get; } = new();
        public PermitPool Pool { get; }
        public RateLimits Limits { get; }
        public string Self => Name;
        public IReadOnlyCollection<string> Living => ["a", "b"];
        public bool IsOpen => true;

        public Task WatchAsync(Action changed, CancellationToken ct) => Task.Delay(Timeout.Infinite, ct);

        /// <summary>How many of so many requests may go.</summary>
        public async Task<int> TakeAsync(int tries, RequestClass requestClass = RequestClass.Quote)
        {
            var taken = 0;
            for (var i = 0; i < tries; i++)
                if ((await Limits.TakeAsync(Manifest, Scope, requestClass, TimeSpan.Zero, default)).Refused is null) taken++;
            return taken;
        }

        /// <summary>How many permits are left in a window of its own.</summary>
        public int OwnWindow(string scope)
        {
            var window = Limits.For(Manifest, Scope, RequestClass.Order).Single(gate => gate.Rule.Scope == scope).Window;
            var left = 0;
            while (RollingWindow.TryTakeAll([(window, true)]) is null) left++;
            return left;
        }
    }
}
