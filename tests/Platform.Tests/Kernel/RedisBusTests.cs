using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class RedisBusTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_handler_that_throws_is_logged_and_silences_nobody()
    {
        var lines = new LogLines();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(lines));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(platform.Servers.RedisAddress);
        var bus = new RedisBus(logging.CreateLogger<RedisBus>(), redis);
        var topic = $"test.{Guid.NewGuid():N}";
        var heard = new List<string>();
        using var broken = bus.Subscribe(topic, _ => throw new InvalidOperationException("broken on purpose"));
        using var whole = bus.Subscribe(topic, message => heard.Add(message));
        await Eventually.True(() =>
        {
            bus.Publish(topic, "hello");
            return Task.FromResult(Errors().Any());
        }, "the subscription is there");

        await Eventually.True(() => Task.FromResult(heard.Count > 0), "the second handler has heard it");

        Errors().ShouldAllBe(line => line.Contains(topic));

        IEnumerable<string> Errors() => lines.All.Where(line => line.Level == LogLevel.Error).Select(line => line.Text);
    }

    [Fact]
    public async Task The_messages_of_a_topic_are_heard_in_their_order()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(platform.Servers.RedisAddress);
        var bus = new RedisBus(Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisBus>.Instance, redis);
        var topic = $"test.{Guid.NewGuid():N}";
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var second = new ManualResetEventSlim();
        using var listening = bus.Subscribe(topic, message =>
        {
            // Whoever hears them beside each other hears the second while the first is still being heard.
            if (message == "first") second.Wait(TimeSpan.FromMilliseconds(300));
            if (message == "second") second.Set();
            heard.Enqueue(message);
        });
        await Eventually.True(() =>
        {
            bus.Publish(topic, "hello");
            return Task.FromResult(!heard.IsEmpty);
        }, "the subscription is there");

        bus.Publish(topic, "first");
        bus.Publish(topic, "second");

        await Eventually.True(() => Task.FromResult(heard.Count(message => message != "hello") == 2), "both are heard");
        heard.Where(message => message != "hello").ShouldBe(["first", "second"]);
    }
}
