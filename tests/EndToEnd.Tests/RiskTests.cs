using System.Net;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>Limits over the whole product, with what the broker really shows.</summary>
[Collection(SystemCollection.Name)]
public sealed class RiskTests(RunningSystem system)
{
    private static readonly object Entry = new { side = "buy", symbol = "GBPUSD", qty = 0.1 };

    [Fact]
    public async Task Side_by_side_entries_open_exactly_as_many_positions_as_are_allowed_and_a_close_makes_room()
    {
        using var trader = await Trader.ConnectedAsync(system);
        (await trader.PutAsync("/api/user/risk_config", new { max_open_trades = 3 })).Status.ShouldBe(HttpStatusCode.OK);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => trader.AlertAsync(Entry)));

        answers.Count(answer => answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted).ShouldBe(3);
        answers.Count(answer => answer.Code == "risk.open_positions").ShouldBe(9);
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 3, TimeSpan.FromSeconds(30),
            () => "three positions should be open");
        (await trader.AlertAsync(new { action = "close", symbol = "GBPUSD" })).Status
            .ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, TimeSpan.FromSeconds(30),
            () => "nothing should be open");
        (await trader.AlertAsync(Entry)).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
    }
}
