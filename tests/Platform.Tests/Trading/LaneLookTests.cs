using System.Numerics;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>What a Worker asks each second of all its lanes, and what it asks seldom.</summary>
public sealed class LaneLookTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task What_a_worker_adds_up_of_its_lanes_is_what_PostgreSQL_does_and_another_epoch_changes_it()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        List<TestAccount> accounts = [await rig.AccountAsync(), await rig.AccountAsync(), await rig.AccountAsync()];
        foreach (var account in accounts) await rig.HoldsAsync(account);
        var all = await rig.ScalarAsync<long>("select count(*) from accounts.accounts");
        await Eventually.True(() => rig.Host.Lives.Count == all, TimeSpan.FromSeconds(20), "each account has its lane");
        var (store, self) = (rig.Get<LaneStore>(), rig.Get<IWorkers>().Self);
        var known = rig.Host.Lives.Aggregate(BigInteger.Zero, (sum, life) => sum + life.Lane.Print);

        var seen = await store.LookAsync(self, living: null, CancellationToken.None);
        var withRest = await store.LookAsync(self, [self], CancellationToken.None);
        var withoutMe = await store.LookAsync(self, ["another"], CancellationToken.None);
        await rig.SqlAsync($"update trading.lanes set epoch = epoch + 1 where account_id = '{accounts[1].Id}'");
        var risen = await store.LookAsync(self, living: null, CancellationToken.None);

        (seen.Held, seen.Print, seen.Rest).ShouldBe((all, known, null));
        (withRest.Held, withRest.Print, withRest.Rest?.HasFree).ShouldBe((all, known, false));
        (withoutMe.Rest?.HasFree).ShouldBe(true);
        (risen.Held, risen.Print).ShouldBe((all, known + 1));
    }

    [Fact]
    public async Task An_account_that_nobody_told_of_has_a_lane_soon()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var known = await rig.AccountAsync();
        await rig.HoldsAsync(known);
        var account = new TestAccount(new AccountId(Guid.CreateVersion7()), known.Tenant);

        await rig.SqlAsync($"""
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, equity)
            values ('{account.Id}', '{account.Tenant}', '{Guid.NewGuid()}', 'scripted', 'Test', 'demo', '{account.Id}', 'USD', 'active', 10000);
            """);

        await rig.HoldsAsync(account);
    }

    [Fact]
    public async Task A_change_of_an_account_that_nobody_told_of_reaches_its_lane()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);

        await rig.SqlAsync($"update accounts.accounts set multiplier = 3, version = version + 1 where id = '{account.Id}'");

        await Eventually.True(() => rig.Host.LaneOf(account.Id)?.Account.Multiplier == 3, TimeSpan.FromSeconds(20), "the lane knows it");
    }
}
