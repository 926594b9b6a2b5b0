using System.Diagnostics;
using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// A broker that pushes nothing is read at the pace of its manifest, and at once after an order whose answer left something open.
/// </summary>
public sealed class PaceTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task The_manifest_says_how_often_an_account_is_read()
    {
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with { Poll = new PollRule { BusySeconds = 0.1, IdleSeconds = 300 } };
        await using var rig = await TradingRig.StartAsync(platform, broker);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var there = rig.Broker.Of(account.Id);
        await Eventually.True(() => there.Reads == 1, TimeSpan.FromSeconds(15), "the first reading, of a flat account");

        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");

        // The order alone brings a reading within 300 s, and what it has opened brings many within the time of five at one a second.
        await Eventually.True(() => there.Reads > 12, TimeSpan.FromSeconds(5), () => $"it was read {there.Reads} times");
    }

    [Theory]
    [InlineData("push")]
    [InlineData("poll")]
    public async Task An_entry_that_is_answered_in_full_brings_no_reading_of_its_own(string stream)
    {
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with
        {
            Capabilities = broker.Manifest.Capabilities with { Stream = stream },
            Poll = new PollRule { BusySeconds = 300, IdleSeconds = 300 },
        };
        await using var rig = await TradingRig.StartAsync(platform, broker);
        var account = await rig.AccountAsync(script => script.Feed = Channel.CreateUnbounded<AccountUpdate>());
        await rig.HoldsAsync(account);
        var there = rig.Broker.Of(account.Id);
        await Eventually.True(() => Readings() == 1, TimeSpan.FromSeconds(15), "the first reading");

        foreach (var symbol in (string[])["EURUSD", "GBPUSD", "USDJPY"])
            (await rig.RunAsync(account, Intents.Open(symbol: symbol))).Status.ShouldBe("FILLED");
        Readings().ShouldBe(1, "what the answers told is known");
        (await rig.RunAsync(account, Intents.Close())).Status.ShouldBe("FILLED");

        // What a close has realised is in the reading behind it: the second one, as none came before it.
        await Eventually.True(() => Readings() == 2, TimeSpan.FromSeconds(15), () => $"it was read {Readings()} times");

        int Readings() => there.Reads - there.ReadsOfOrders.Count;
    }

    [Fact]
    public async Task A_market_order_that_its_lane_still_looks_for_is_waited_for_without_a_message()
    {
        // As it stands while its lane looks: no message has told anything of it, so that it is read now and then.
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var order = await rig.SendAsync(account, Intents.Open());
        await rig.SqlAsync($"update trading.orders set status = 'WORKING' where id = '{order}'");
        var (watch, atMost) = (Stopwatch.StartNew(), TimeSpan.FromSeconds(1.5));

        (await rig.Answers.WaitAsync(account.Id, order, atMost, default))?.Status.ShouldBe("WORKING");

        watch.Elapsed.ShouldBeGreaterThan(atMost - TimeSpan.FromMilliseconds(50));
    }
}
