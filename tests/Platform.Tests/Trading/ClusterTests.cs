using System.Diagnostics;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>Several workers in one cluster, over the real provider; the broker keeps a ledger of its own.</summary>
public sealed class ClusterTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Two_workers_share_the_accounts_and_when_one_is_taken_for_dead_every_lane_goes_on_and_no_order_is_sent_twice()
    {
        var broker = new ScriptedBroker();
        // Records signals and reads rows; it runs no lane.
        await using var rig = await TradingRig.StartAsync(platform, broker, run: false);
        await using var first = await SiloRig.StartAsync(platform, broker);
        await using var second = await SiloRig.StartAsync(platform, broker);
        var accounts = new List<TestAccount>();
        for (var at = 0; at < 200; at++) accounts.Add(await rig.AccountAsync());
        await Eventually.True(() => first.Count + second.Count == accounts.Count, Long,
            () => $"all have a holder: {first.Count} + {second.Count}");
        // Placed at random, and evened out where chance, or a worker that came a moment later, gave one too many.
        await Eventually.True(
            () => first.Count + second.Count == accounts.Count && Math.Max(first.Count, second.Count) <= 120, Long,
            () => $"both have their share: {first.Count} + {second.Count}");

        // A newer epoch that nobody serves: the lane finds out, and begins again.
        var lost = accounts[0];
        var newer = await rig.EpochAsync(lost);
        await Eventually.True(() => (first.Lanes.LaneOf(lost.Id) ?? second.Lanes.LaneOf(lost.Id))?.Epoch > newer, Long, "it begins again");

        var under = await SendAsync(rig, accounts);
        await second.DeclareDeadAsync(first);
        var after = await SendAsync(rig, accounts);

        await Eventually.True(async () => await OpenAsync(rig, accounts) == 0, TimeSpan.FromSeconds(60), "every order is settled");
        first.Count.ShouldBe(0, "it has found out by itself");
        foreach (var (account, one, two) in accounts.Zip(under, after))
        {
            // What it was sending is looked for, and found or not: it is never sent again.
            var ledger = broker.Of(account.Id).Ledger;
            ledger.ShouldBeUnique();
            ledger.Contains(ClientOrderId.For(one)).ShouldBe((await rig.RowAsync(one)).Status == "FILLED");
            ledger.ShouldContain(ClientOrderId.For(two));
            (await rig.RowAsync(two)).Status.ShouldBe("FILLED");
        }
        await rig.SqlAsync("update accounts.accounts set deleted_at = now()");
    }

    [Fact]
    public async Task A_worker_that_comes_gets_its_share_and_one_that_ends_gives_its_lanes_to_the_others_at_once()
    {
        var broker = new ScriptedBroker();
        await using var rig = await TradingRig.StartAsync(platform, broker, run: false);
        await using var first = await SiloRig.StartAsync(platform, broker);
        var accounts = new List<TestAccount>();
        for (var at = 0; at < 12; at++) accounts.Add(await rig.AccountAsync());
        await Eventually.True(() => accounts.All(account => first.Lanes.Holds(account.Id.Value)), Long, "the first has all");

        await using var second = await SiloRig.StartAsync(platform, broker);
        await Eventually.True(() => accounts.Count(account => second.Lanes.Holds(account.Id.Value)) >= 5, Long, "the second has its share");
        var sent = await SendAsync(rig, accounts);
        await first.StopAsync();
        var ended = Stopwatch.GetTimestamp();
        await Eventually.True(() => accounts.All(account => second.Lanes.Holds(account.Id.Value)), Long, "the second has all");

        // They were given back: nobody has to wait for what they may have under way.
        Stopwatch.GetElapsedTime(ended).ShouldBeLessThan(LaneHold.Believed);
        sent.AddRange(await SendAsync(rig, accounts));
        foreach (var order in sent) await rig.StatusAsync(order, "FILLED", 30);
        foreach (var account in accounts) broker.Of(account.Id).Ledger.Count.ShouldBe(2);
        await rig.SqlAsync("update accounts.accounts set deleted_at = now()");
    }

    private static async Task<List<OrderId>> SendAsync(TradingRig rig, IEnumerable<TestAccount> accounts)
    {
        List<OrderId> sent = [];
        foreach (var account in accounts) sent.Add(
            await rig.SendAsync(account, Intents.Open(symbol: sent.Count % 2 == 0 ? "EURUSD" : "GBPUSD"), TimeSpan.FromMinutes(1)));
        return sent;
    }

    private static Task<long> OpenAsync(TradingRig rig, IEnumerable<TestAccount> accounts) => rig.ScalarAsync<long>($"""
        select count(*) from trading.orders where status in ('PENDING', 'SENDING', 'UNKNOWN')
            and account_id in ({string.Join(',', accounts.Select(account => $"'{account.Id}'"))})
        """);
}
