using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>Everything of a lane runs one piece after the other.</summary>
public sealed class LaneTurnsTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Pieces_of_many_loops_never_run_side_by_side_and_come_back_after_each_await()
    {
        var turns = new LaneTurns();
        var (running, most, done) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => turns.RunAsync(async () =>
        {
            for (var at = 0; at < 40; at++)
            {
                turns.IsHere.ShouldBeTrue();
                most = Math.Max(most, Interlocked.Increment(ref running));
                done++;
                Thread.SpinWait(200);
                Interlocked.Decrement(ref running);
                if (at % 2 == 0) await Task.Run(() => Thread.SpinWait(50));
                else await Task.Delay(1);
            }
        })));

        most.ShouldBe(1);
        done.ShouldBe(50 * 40);
        turns.IsHere.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_thrown_ends_its_own_piece_and_no_other()
    {
        var turns = new LaneTurns();

        var falls = turns.RunAsync(() => throw new DivideByZeroException());

        await Should.ThrowAsync<DivideByZeroException>(() => falls);
        var ran = false;
        await turns.RunAsync(() =>
        {
            ran = true;
            return Task.CompletedTask;
        });
        ran.ShouldBeTrue();
    }

    [Fact]
    public async Task Work_for_more_than_one_does_not_come_back_to_whoever_asked_first()
    {
        var turns = new LaneTurns();
        var isThere = true;
        var reads = new Gathered<int, string>(async keys =>
        {
            await Task.Yield();
            isThere = turns.IsHere;
            return keys.ToDictionary(key => key, key => $"{key}");
        });

        await turns.RunAsync(async () =>
        {
            (await reads.FindAsync(7, default)).ShouldBe("7");
            turns.IsHere.ShouldBeTrue();
        });

        isThere.ShouldBeFalse();
    }

    [Fact]
    public async Task The_state_of_a_lane_is_not_touched_from_outside()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        using var lane = new Lane((await rig.Get<WorkerAccounts>().FindAsync(account.Id, default)).ShouldNotBeNull().Account, 1);

        // A release does not look.
        if (typeof(Lane).Assembly.GetCustomAttributes(typeof(System.Diagnostics.DebuggableAttribute), false)
            .OfType<System.Diagnostics.DebuggableAttribute>().Any(built => built.IsJITOptimizerDisabled))
            Should.Throw<InvalidOperationException>(() => lane.Book);
        await lane.Turns.RunAsync(() =>
        {
            lane.Book.Open.Count.ShouldBe(0);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_connector_that_blocks_the_thread_that_waits_for_its_stream_holds_up_neither_its_lane_nor_others()
    {
        using var blocked = new ManualResetEventSlim();
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with { Capabilities = broker.Manifest.Capabilities with { Stream = "push" } };
        await using var rig = await TradingRig.StartAsync(platform, broker);
        var account = await rig.AccountAsync(scripted =>
        {
            scripted.Feed = Channel.CreateUnbounded<AccountUpdate>();
            scripted.FaultIn = call =>
            {
                if (call == "stream") blocked.Wait(TimeSpan.FromSeconds(30));
                return null;
            };
        });
        await Eventually.True(() => broker.Of(account.Id).Met.ContainsKey("stream"), TimeSpan.FromSeconds(20), "the stream is asked for");

        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");

        blocked.Set();
    }
}
