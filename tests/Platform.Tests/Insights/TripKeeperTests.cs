using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Insights;
using TradeFlow.Platform.Insights.Equity;
using TradeFlow.Platform.Insights.Trips;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Insights;

public sealed class TripKeeperTests(InsightsRig rig) : IClassFixture<InsightsRig>
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-02T14:00:00Z");

    [Fact]
    public async Task The_worker_follows_what_is_filled_and_keeps_what_the_account_was_worth()
    {
        var person = await Person.SignUpAsync(rig);
        var account = await rig.AddAccountAsync(person);
        using var keeper = new TripKeeper(rig.Trips, new EquityStore(rig.Platform.Database, TimeProvider.System), new OrderNews(),
            TimeProvider.System,
            rig.Service<Supervisor>(), NullLogger<TripKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);

        await rig.TellAsync(person, account, new MadeFill("k1", null, "MES", true, 1, 100, 0, null, Start),
            new MadeFill("k2", null, "MES", false, 1, 110, 0, null, Start.AddMinutes(1)));
        await Eventually.True(async () =>
            (await person.GetAsync("/api/analytics/summary")).Json.GetProperty("net_pnl").GetDecimal() == 500, "the trade is there");
        // The first day, and after the trade, as its money was told after it.
        await Eventually.True(async () => (await person.GetAsync("/api/analytics/equity")).Json.GetArrayLength() == 2,
            "the curve has begun");
        await keeper.StopAsync(CancellationToken.None);

        var point = (await person.GetAsync("/api/analytics/equity")).Json[0];
        (point.GetProperty("equity").GetDecimal(), point.GetProperty("balance").GetDecimal(), point.GetProperty("drawdown").GetDecimal(),
            point.GetProperty("currency").GetString())
            .ShouldBe((10_000m, 10_000m, 0m, "USD"));
    }

    [Fact]
    public async Task What_a_broker_tells_that_is_no_number_holds_up_no_other_account()
    {
        var person = await Person.SignUpAsync(rig);
        var (bad, good) = (await rig.AddAccountAsync(person), await rig.AddAccountAsync(person));
        // More than a number can be, once it is multiplied. Both are followed in one commit at first.
        await rig.TellAsync(person, bad, new MadeFill("b1", null, "MES", true, 1e17m, 1e17m, 0, null, Start),
            new MadeFill("b2", null, "MES", false, 1e17m, 9e16m, 0, null, Start.AddMinutes(1)));
        await rig.TellAsync(person, good, new MadeFill("g1", null, "MES", true, 1, 100, 0, null, Start),
            new MadeFill("g2", null, "MES", false, 1, 110, 0, null, Start.AddMinutes(1)));
        using var keeper = new TripKeeper(rig.Trips, new EquityStore(rig.Platform.Database, TimeProvider.System), new OrderNews(),
            TimeProvider.System, rig.Service<Supervisor>(), NullLogger<TripKeeper>.Instance);

        await keeper.StartAsync(CancellationToken.None);

        await Eventually.True(async () => (await person.GetAsync("/api/analytics/summary")).Json.GetProperty("net_pnl").GetDecimal() == 500,
            TimeSpan.FromSeconds(15), "the trade of the other is there");
        await keeper.StopAsync(CancellationToken.None);
        try
        {
            (await RecomputeAsync(false)).ShouldSatisfyAllConditions(run => run.Code.ShouldBe(1), run =>
                run.Words.ShouldContain($"account {bad}: what its broker tells is no number"),
                run => run.Words.ShouldContain("1 account could not be reckoned"));
        }
        finally
        {
            await rig.ExecuteAsync($"delete from trading.fills where account_id = '{bad}'");
        }
    }

    [Fact]
    public async Task A_position_that_no_fill_tells_of_is_a_trade_and_gives_way_to_its_fills_with_the_note()
    {
        var person = await Person.SignUpAsync(rig);
        var account = await rig.AddAccountAsync(person);
        await rig.ExecuteAsync($"""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, current_price, pnl, status,
                opened_at, closed_at, realized_pnl, updated_at)
            values (gen_random_uuid(), '{person.TenantId}', '{account}', 'paper', 'T1', 'MES', 'MESZ6', 'SELL', 2, 100, 95, 480, 'CLOSED',
                '{Start:O}', '{Start.AddHours(1):O}', 480, now())
            """);
        await rig.FollowAsync(account);

        var trade = await OnlyTradeAsync(person);
        (trade.GetProperty("side").GetString(), trade.GetProperty("net_pnl").GetDecimal(), trade.GetProperty("exit_price").GetDecimal())
            .ShouldBe(("SELL", 480m, 95m));
        await person.PatchAsync($"/api/analytics/trades/{trade.GetProperty("id").GetString()}", new { note = "by hand" });
        await rig.TellAsync(person, account, new MadeFill("p1", "T1", "MES", false, 2, 100, 0, null, Start),
            new MadeFill("p2", "T1", "MES", true, 2, 95, 10, 490, Start.AddHours(1)));
        await rig.FollowAsync(account);

        trade = await OnlyTradeAsync(person);
        (trade.GetProperty("net_pnl").GetDecimal(), trade.GetProperty("fees").GetDecimal(), trade.GetProperty("note").GetString())
            .ShouldBe((490m, 10m, "by hand"));
        (await rig.Trips.RecomputeAsync(account, repair: false, CancellationToken.None)).Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_command_names_what_differs_and_repairs_it()
    {
        var person = await Person.SignUpAsync(rig);
        var account = await rig.AddAccountAsync(person);
        await rig.TellAsync(person, account, new MadeFill("c1", null, "MES", true, 1, 100, 0, null, Start),
            new MadeFill("c2", null, "MES", false, 1, 110, 0, null, Start.AddMinutes(1)));
        await rig.FollowAsync(account);
        await rig.ExecuteAsync($"update insights.trades set net_pnl = 499 where account_id = '{account}'");

        (await RecomputeAsync(false)).ShouldSatisfyAllConditions(run => run.Code.ShouldBe(1), run =>
            run.Words.ShouldContain($"account {account}: differs"), run => run.Words.ShouldContain("1 differ"));
        (await RecomputeAsync(true)).Code.ShouldBe(0);
        (await RecomputeAsync(false))
            .ShouldSatisfyAllConditions(run => run.Code.ShouldBe(0), run => run.Words.ShouldContain("no difference"));
    }

    private async Task<(int Code, string Words)> RecomputeAsync(bool repair)
    {
        await using var words = new StringWriter();
        return (await InsightsModule.RecomputeAsync(rig.Platform.Configuration, repair, words, CancellationToken.None), words.ToString());
    }

    private static async Task<System.Text.Json.JsonElement> OnlyTradeAsync(Person person) =>
        (await person.GetAsync("/api/analytics/trades")).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
}
