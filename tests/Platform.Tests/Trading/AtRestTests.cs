using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>What is read again and again writes nothing while nothing changes.</summary>
public sealed class AtRestTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Money_that_has_not_changed_is_not_written_and_when_it_was_heard_is_kept_once_a_minute()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var clock = new FakeTimeProvider(Start);
        var accounts = new WorkerAccounts(rig.Database, rig.Get<SecretBox>(), rig.Get<RedisBus>(), rig.Get<LiveEvents>(), clock);
        var account = await rig.AccountAsync();
        using var lane = new Lane((await accounts.FindAsync(account.Id, default)).ShouldNotBeNull().Account, 1);
        using var health = new AccountHealth(lane, accounts, rig.Get<Notifications>(), clock);
        var money = new AccountSnapshot { Currency = "USD", Balance = 10_000, Equity = 10_000 };
        await health.ReadAsync(money, Stopwatch.GetTimestamp(), default);
        var written = await RowAsync();

        for (var reading = 0; reading < 4; reading++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await health.ReadAsync(money, Stopwatch.GetTimestamp(), default);
        }
        (await RowAsync()).ShouldBe(written);
        await accounts.KeepHeardAsync(now: false, default);
        (await rig.ScalarAsync<DateTime>($"select last_sync from accounts.accounts where id = '{account.Id}'"))
            .ShouldBe(clock.GetUtcNow().UtcDateTime);
        written = await RowAsync();
        await health.ReadAsync(money, Stopwatch.GetTimestamp(), default);
        await accounts.KeepHeardAsync(now: false, default);
        (await RowAsync()).ShouldBe(written);

        await health.ReadAsync(money with { Balance = 9_000 }, Stopwatch.GetTimestamp(), default);
        (await RowAsync()).ShouldBe(written, "it is told and noted");
        await accounts.KeepMoneyAsync(default);
        (await rig.ScalarAsync<decimal>($"select balance from accounts.accounts where id = '{account.Id}'")).ShouldBe(9_000);

        Task<string> RowAsync() => rig.ScalarAsync<string>($"select xmin::text from accounts.accounts where id = '{account.Id}'");
    }

    [Fact]
    public void PostgreSQL_is_asked_for_working_orders_where_one_may_work_and_now_and_then_in_any_case()
    {
        var hint = new WorkingHint();
        var first = hint.Due(Start).ShouldNotBeNull();
        hint.None(first, Start);
        hint.Due(Start.AddSeconds(14)).ShouldBeNull();
        hint.Due(Start.AddSeconds(15)).ShouldNotBeNull();

        hint.Note();
        var noted = hint.Due(Start.AddSeconds(1)).ShouldNotBeNull();
        // One began to work while PostgreSQL was asked.
        hint.Note();
        hint.None(noted, Start.AddSeconds(1));

        hint.Due(Start.AddSeconds(2)).ShouldNotBeNull();
    }
}
