using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>What the meter tells of the lanes. It is one for the whole process: no lane of another test runs beside these.</summary>
[Collection(LaneMeterTests.Alone)]
[CollectionDefinition(LaneMeterTests.Alone, DisableParallelization = true)]
public sealed class LaneMeterTests : IClassFixture<PlatformFixture>, IDisposable
{
    public const string Alone = "the meter of all lanes";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly PlatformFixture platform;
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> heard = new();
    private readonly MeterListener listener = new();

    public LaneMeterTests(PlatformFixture platform)
    {
        this.platform = platform;
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == "TradeFlow" && instrument.Name.StartsWith("tradeflow.lane.", StringComparison.Ordinal))
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
    }

    [Fact]
    public async Task A_part_of_a_lane_that_ends_on_a_fault_is_counted()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var served = (await rig.Get<WorkerAccounts>().FindAsync(account.Id, default)).ShouldNotBeNull();
        using var lane = new Lane(served.Account, 1);
        using var watch = new LaneWatch(rig.Get<WorkerAccounts>(), rig.Get<Notifications>(), TimeProvider.System,
            NullLogger<LaneWatch>.Instance);
        using var stop = new CancellationTokenSource();

        var running = watch.RunAsync(lane, "lane.measured", (_, _) => throw new DivideByZeroException(), stop.Token);

        await ToldAsync("tradeflow.lane.faults", 1, "loop=lane.measured exception=DivideByZeroException");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Orders_that_wait_a_lane_that_is_busy_and_for_how_long_it_was_are_told()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync(broker => broker.HoldSends = new TaskCompletionSource());
        for (var at = 0; at < 7; at++) await rig.SendAsync(account, Intents.Open(), wake: false);
        var last = await rig.SendAsync(account, Intents.Close(), validFor: TimeSpan.FromMinutes(1), wake: false);

        await rig.RunAsync();

        await ToldAsync("tradeflow.lane.queue", 8);
        await ToldAsync("tradeflow.lane.busy", 1);
        heard.ShouldNotContain(told => told.Name == "tradeflow.lane.turn" && told.Tags == "action=close");
        rig.Broker.Of(account.Id).HoldSends!.SetResult();
        await rig.AnswerAsync(last, 20);
        await Eventually.True(() => heard.Any(told => told is { Name: "tradeflow.lane.turn", Tags: "action=close", Value: > 0 }), Long,
            "the turn is told");
    }

    [Fact]
    public async Task A_lane_that_begins_is_fenced_and_ends_is_counted_each_time()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        await ToldAsync("tradeflow.lane.moves", 1, "kind=begun");
        await rig.FreezeAsync();
        await rig.EpochAsync(account, "a worker far away");

        await rig.SendAsync(account, Intents.Open());
        rig.Host.LaneOf(account.Id).ShouldNotBeNull().Orders.Ring();

        await ToldAsync("tradeflow.lane.fenced", 1, "by=claim");
        await ToldAsync("tradeflow.lane.moves", 1, "kind=lost");
        await ToldAsync("tradeflow.lane.moves", 1, "kind=ended");
    }

    private Task ToldAsync(string name, double value, string tags = "") => Eventually.True(() =>
    {
        listener.RecordObservableInstruments();
        return heard.Contains((name, value, tags));
    }, Long, $"{name} tells {value} {tags}");

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        heard.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));

    public void Dispose() => listener.Dispose();
}
