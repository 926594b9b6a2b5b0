using System.Diagnostics;
using System.Net;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>The red button over the whole product: the broker's own books say whether it kept its word.</summary>
[Collection(SystemCollection.Name)]
public sealed class EmergencyStopTests(RunningSystem system)
{
    private static readonly object Entry = new { side = "buy", symbol = "GBPUSD", qty = 0.1 };

    [Fact]
    public async Task A_stop_closes_everything_keeps_signals_out_and_resumes_on_a_persons_word()
    {
        using var trader = await Trader.ConnectedAsync(system);
        foreach (var symbol in new[] { "GBPUSD", "EURUSD" })
            await TakenAsync(trader, new { side = "buy", symbol, qty = 0.1 }, "FILLED");
        await TakenAsync(trader, new { side = "buy", type = "limit", price = 0.5, symbol = "EURUSD", qty = 0.1 }, "WORKING");

        var stop = await trader.PostAsync("/api/user/emergency_stop", new { });

        stop.Json.GetProperty("success").GetBoolean().ShouldBeTrue(stop.Text);
        stop.Json.GetProperty("positions_closed").GetInt32().ShouldBe(2, stop.Text);
        stop.Json.GetProperty("orders_canceled").GetInt32().ShouldBe(1, stop.Text);
        stop.Json.GetProperty("accounts_disabled").GetInt32().ShouldBe(1);
        (await trader.PositionsAsync()).ShouldBeEmpty();
        (await trader.AlertAsync(Entry)).Code.ShouldBe("auth.account_disabled");
        (await trader.GetAsync("/api/notifications")).Text
            .ShouldContain("Emergency stop executed. 2 positions closed. Re-enable accounts to resume trading.");

        (await trader.PostAsync("/api/user/emergency_stop/resume", new { })).Json.GetProperty("accounts_enabled").GetInt32().ShouldBe(1);
        await TakenAsync(trader, Entry, "FILLED");
    }

    [Fact]
    public async Task A_broker_that_takes_its_time_for_each_close_is_waited_for()
    {
        using var trader = await Trader.ConnectedAsync(system);
        foreach (var symbol in new[] { "GBPUSD", "EURUSD", "USDJPY" })
            await TakenAsync(trader, new { side = "buy", symbol, qty = 0.1 }, "FILLED");
        using var broker = new SimulatedBroker(system);
        await broker.ArmAsync(trader, "delay_ms", "CLOSE_POSITION", ms: 1500, count: 3);
        var watch = Stopwatch.StartNew();

        var stop = await trader.PostAsync("/api/user/emergency_stop", new { });

        stop.Json.GetProperty("success").GetBoolean().ShouldBeTrue(stop.Text);
        stop.Json.GetProperty("positions_closed").GetInt32().ShouldBe(3, stop.Text);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        (await trader.PositionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stop_is_seen_through_by_the_next_worker_when_the_first_is_killed_in_the_middle()
    {
        using var trader = await Trader.ConnectedAsync(system);
        await TakenAsync(trader, Entry, "FILLED");
        // Signals are still under way when the button is pressed, and the worker dies with it.
        var signals = Enumerable.Range(0, 20).Select(_ => trader.AlertAsync(Entry)).ToList();
        var stopping = trader.PostAsync("/api/user/emergency_stop", new { });
        system.KillPart("TradeFlow.Worker");
        (await stopping).Status.ShouldBe(HttpStatusCode.OK);
        await Task.WhenAll(signals);

        JsonElement state = default;
        await Eventually.True(async () => (state = (await trader.GetAsync("/api/user/emergency_stop")).Json).GetProperty("is_flat")
            .GetBoolean(), TimeSpan.FromSeconds(90), () => $"the stop should be through: {state}");

        using var broker = new SimulatedBroker(system);
        (await trader.PositionsAsync()).ShouldBeEmpty();
        var placed = await broker.CallsAsync(trader, "PLACE_ORDER");
        // Nothing more comes: what was waiting has been refused.
        (await trader.AlertAsync(Entry)).Code.ShouldBe("auth.account_disabled");
        (await broker.CallsAsync(trader, "PLACE_ORDER")).ShouldBe(placed);
    }

    // A busy machine answers 202 where an idle one says 200: the order tells.
    private static async Task TakenAsync(Trader trader, object intent, string status)
    {
        var alert = await trader.AlertAsync(intent);
        ((int)alert.Status).ShouldBeOneOf([200, 202], alert.Text);
        await trader.OrderInStateAsync(alert.Json.GetProperty("order_id").GetString()!, status, TimeSpan.FromSeconds(30));
    }
}
