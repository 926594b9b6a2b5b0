using System.Net;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>A broker that is read: its limits starve no exit, and what is closed there leaves the list.</summary>
[Collection(SystemCollection.Name)]
public sealed class TradeLockerTests(RunningSystem system)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Seven_round_trips_in_one_go_are_each_executed_soon()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        for (var trip = 0; trip < 7; trip++)
        {
            await FilledAsync(trader, new { side = "buy", symbol = "LTCUSD", qty = 1 });
            await FilledAsync(trader, new { action = "close", symbol = "LTCUSD" });
        }

        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, Soon, "flat");
        (await broker.LedgerAsync(trader)).Length.ShouldBe(14);
    }

    [Fact]
    public async Task What_is_closed_at_the_broker_leaves_the_list_soon_after_its_token_has_ended_too()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        await FilledAsync(trader, new { side = "buy", symbol = "DOGEUSD", qty = 1 });
        // What its fill alone has told may still be on its way into the broker's list, and stays a while longer when it is missing there.
        await Eventually.True(async () => await trader.PositionsAsync() is [var only]
            && only.GetProperty("pnl").ValueKind == JsonValueKind.Number, Soon, "the broker shows the position");

        await broker.ExpireTokensAsync();
        await broker.CloseByHandAsync(trader);

        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, Soon, "flat");
    }

    private static async Task FilledAsync(Trader trader, object intent)
    {
        var answer = await trader.AlertAsync(intent);
        answer.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await trader.OrderInStateAsync(answer.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
    }
}
