using TradeFlow.Platform.Insights;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Insights;

/// <summary>The strategy that a trade came from.</summary>
public sealed class StrategyTripTests(InsightsRig rig) : IClassFixture<InsightsRig>
{
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-02T14:00:00Z");

    [Fact]
    public async Task A_trade_is_of_the_strategy_that_entered_it_and_is_reckoned_so_again()
    {
        var person = await Person.SignUpAsync(rig);
        var account = await rig.AddAccountAsync(person);
        await rig.ExecuteAsync($$$"""
            select trading.enqueue_order(gen_random_uuid(), '{{{person.TenantId}}}', '{{{account}}}', 'paper', null, null, null, 'c1', 'open',
                '{"action":"Open","symbol":"MES","strategy":{"id":"{{{Guid.NewGuid()}}}","name":"Trend","signal":"{{{Guid.NewGuid()}}}"}}', 'MES', 'BUY', 'MARKET', 1, null, 0, now(), now());
            update trading.orders set status = 'FILLED', filled_qty = 1, broker_order_id = 'Os1', broker_symbol = 'MESZ6', position_qty = 0 where account_id = '{{{account}}}';
            """);
        await rig.TellAsync(person, account, new MadeFill("s1", null, "MES", true, 1, 100, 0, null, Start), new MadeFill("s2", null, "MES",
            false, 1, 110, 0, null, Start.AddMinutes(1)), new MadeFill("o1", null, "MES", true, 1, 100, 0, null, Start.AddMinutes(2)),
            new MadeFill("o2", null, "MES", false, 1, 90, 0, null, Start.AddMinutes(3)));
        await rig.FollowAsync(account);

        var rows = (await person.GetAsync("/api/analytics/by-strategy")).Json.EnumerateArray()
            .ToDictionary(row => row.GetProperty("key").GetString() ?? "", row => row.GetProperty("net_pnl").GetDecimal());
        rows.ShouldBe(new Dictionary<string, decimal> { ["Trend"] = 500, [""] = -500 }, ignoreOrder: true);
        (await person.GetAsync("/api/analytics/summary?strategy=Trend")).Json.GetProperty("net_pnl").GetDecimal().ShouldBe(500);
        (await InsightsRig.CsvAsync(person)).ShouldContain(",Trend,");
        var output = new StringWriter();
        (await InsightsModule.RecomputeAsync(rig.Platform.Configuration, repair: false, output, CancellationToken.None))
            .ShouldBe(0, output.ToString());
    }
}
