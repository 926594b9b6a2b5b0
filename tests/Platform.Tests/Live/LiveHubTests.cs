using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Live.Sockets;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Live;

/// <summary>An Api listens to a tenant from its first socket to its last, and misses nothing in between.</summary>
public sealed class LiveHubTests(PlatformFixture platform) : IClassFixture<PlatformFixture>, IAsyncLifetime
{
    private readonly string name = $"hub-{Guid.NewGuid():N}";
    private readonly List<LiveQueue> queues = [];
    private ConnectionMultiplexer mine = null!; // set in InitializeAsync, before any test
    private ConnectionMultiplexer other = null!; // likewise
    private LiveHub hub = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        mine = await ConnectAsync(name);
        other = await ConnectAsync("other");
        hub = new LiveHub(new RedisBus(NullLogger<RedisBus>.Instance, mine));
    }

    [Fact]
    public async Task What_is_told_after_a_socket_was_added_is_heard_by_it()
    {
        for (var number = 0; number < 50; number++)
        {
            var (tenant, queue) = (NewTenant(), NewQueue());

            (await hub.AddAsync(tenant, queue, default)).ShouldBeTrue();

            // By another connection than the one that subscribes.
            await TellAsync(tenant, "first");
            await Eventually.True(() => Task.FromResult(Taken(queue) is ["first"]), $"tenant {number} has heard it");
        }
    }

    [Fact]
    public async Task Redis_is_asked_for_a_tenant_from_its_first_socket_to_its_last_and_again_for_the_next()
    {
        var (left, entered) = (NewTenant(), NewTenant());
        var (one, two, switched) = (NewQueue(), NewQueue(), NewQueue());
        await hub.AddAsync(left, one, default);
        await hub.AddAsync(left, two, default);
        (await ListenersAsync(left)).ShouldBe(1);
        hub.Remove(left, one);
        (await ListenersAsync(left)).ShouldBe(1);

        // Another workspace is another socket.
        await hub.AddAsync(entered, switched, default);
        hub.Remove(left, two);

        await Eventually.True(async () => await ListenersAsync(left) == 0, "nobody listens to what was left");
        await TellAsync(left, "left");
        await TellAsync(entered, "entered");
        await Eventually.True(() => Task.FromResult(Taken(switched) is ["entered"]), "the new one is heard");

        await hub.AddAsync(left, one, default);
        await TellAsync(left, "again");
        await Eventually.True(() => Task.FromResult(Taken(one) is ["again"]), "it is heard again");
        Taken(two).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_Redis_is_back_every_socket_gets_a_snapshot_and_what_is_told_after_it_is_heard()
    {
        var (tenant, queue) = (NewTenant(), NewQueue());
        await hub.AddAsync(tenant, queue, default);
        var server = other.GetServer(other.GetEndPoints()[0]);
        foreach (var client in await server.ClientListAsync())
            if (client.Name == name) await server.ClientKillAsync(client.Id, skipMe: true);

        // One for each of its two connections that is back: from the last on nothing is missed.
        List<string> heard = [];
        await Eventually.True(async () =>
        {
            if (queue.TakeSnapshotWish() is not null) await TellAsync(tenant, "after");
            heard.AddRange(Taken(queue));
            return heard.Contains("after");
        }, "a snapshot is asked for, and what is told after it is heard");
    }

    private static TenantId NewTenant() => new(Guid.NewGuid());

    private LiveQueue NewQueue()
    {
        var queue = new LiveQueue(10, TimeSpan.FromMilliseconds(200), AccountScope.All, TimeProvider.System);
        queue.TakeSnapshotWish();
        queues.Add(queue);
        return queue;
    }

    private static List<string> Taken(LiveQueue queue)
    {
        List<LiveMessage> batch = [];
        queue.Take(batch);
        return [.. batch.Select(message => Encoding.UTF8.GetString(message.Json))];
    }

    private Task TellAsync(TenantId tenant, string words) =>
        other.GetSubscriber()
            .PublishAsync(RedisChannel.Literal(Topics.Live(tenant)), LiveMessage.Write(LiveKind.Other, LiveMessage.Everybody, null, words));

    private async Task<long> ListenersAsync(TenantId tenant) =>
        await other.GetServer(other.GetEndPoints()[0]).SubscriptionSubscriberCountAsync(RedisChannel.Literal(Topics.Live(tenant)));

    private async Task<ConnectionMultiplexer> ConnectAsync(string client)
    {
        var options = ConfigurationOptions.Parse(platform.Servers.RedisAddress);
        (options.ClientName, options.AllowAdmin) = (client, true);
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        hub.Dispose();
        foreach (var queue in queues) queue.Dispose();
        await mine.DisposeAsync();
        await other.DisposeAsync();
    }
}
