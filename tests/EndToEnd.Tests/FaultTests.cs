using System.Net;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>
/// Trouble at the broker and in our own processes. After each: at most one order at the broker, and our state says what is there.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class FaultTests(RunningSystem system)
{
    private static readonly object Entry = new { side = "buy", symbol = "GBPUSD", qty = 0.1 };
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData("timeout_after")]
    [InlineData("reset_after")]
    [InlineData("http_500_after")]
    [InlineData("http_502_html_after")]
    [InlineData("half_body_after")]
    [InlineData("garbage_200_after")]
    public async Task An_order_whose_answer_is_lost_is_found_and_never_sent_again(string fault)
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        await broker.ArmAsync(trader, fault, "PLACE_ORDER");

        var alert = await trader.AlertAsync(Entry);

        ((int)alert.Status).ShouldBeOneOf(200, 202);
        var order = await trader.OrderInStateAsync(alert.Json.GetProperty("order_id").GetString()!, "FILLED", Settled);
        order.GetProperty("broker_order_id").GetString().ShouldNotBeNullOrEmpty();
        (await broker.LedgerAsync(trader)).Length.ShouldBe(1);
        (await broker.CallsAsync(trader, "PLACE_ORDER")).ShouldBe(1);
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 1, TimeSpan.FromSeconds(10), "one position");
    }

    [Theory]
    [InlineData("reset_before")]
    [InlineData("http_500_before")]
    [InlineData("http_502_html_before")]
    public async Task An_order_that_never_arrived_is_unknown_until_its_absence_is_proven(string fault)
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        await broker.ArmAsync(trader, fault, "PLACE_ORDER");

        var alert = await trader.AlertAsync(Entry);

        ((int)alert.Status).ShouldBeOneOf(202, 422);
        var order = await trader.OrderInStateAsync(alert.Json.GetProperty("order_id").GetString()!, "REJECTED", Settled);
        order.GetProperty("reject_reason").GetString().ShouldNotBeNullOrEmpty();
        (await broker.LedgerAsync(trader)).ShouldBeEmpty();
        (await broker.CallsAsync(trader, "PLACE_ORDER")).ShouldBe(1);
    }

    [Fact]
    public async Task The_broker_s_refusal_is_told_in_its_own_words()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        const string words = "Order cannot be created since trading out of session is forbidden.";
        await broker.ArmAsync(trader, "reject", "PLACE_ORDER", text: words);

        var alert = await trader.AlertAsync(Entry);

        alert.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, alert.Text);
        alert.Code.ShouldBe("broker.rejected");
        alert.Json.GetProperty("error").GetString()!.ShouldContain(words);
        (await trader.OrderAsync(alert.Json.GetProperty("order_id").GetString()!)).GetProperty("status").GetString().ShouldBe("REJECTED");
    }

    [Fact]
    public async Task A_slow_broker_gets_202_in_time_and_the_order_goes_on()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        await broker.ArmAsync(trader, "delay_ms", "PLACE_ORDER", ms: 4000);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var alert = await trader.AlertAsync(Entry);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        alert.Status.ShouldBe(HttpStatusCode.Accepted, alert.Text);
        alert.Json.GetProperty("status").GetString().ShouldBe("pending");
        await trader.OrderInStateAsync(alert.Json.GetProperty("order_id").GetString()!, "FILLED", Settled);
        (await broker.LedgerAsync(trader)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Fifty_deliveries_of_one_alert_are_one_order()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        var body = JsonSerializer.Serialize(new { version = "unify.v1", id = "same", intent = Entry });

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => trader.AlertAsync(body)));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.Accepted);
        answers.Select(answer => answer.Json.GetProperty("order_id").GetString()).Distinct().Count().ShouldBe(1);
        answers.Count(answer => !answer.Json.TryGetProperty("duplicate_of", out _)).ShouldBe(1);
        (await broker.LedgerAsync(trader)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_is_killed_while_the_broker_works_on_an_order_comes_back_and_doubles_nothing()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        (await trader.AlertAsync(Entry)).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await Eventually.True(async () => (await broker.LedgerAsync(trader)).Length == 1, TimeSpan.FromSeconds(10),
            "the first order is booked");
        await broker.ArmAsync(trader, "timeout_after", "PLACE_ORDER");

        var alert = trader.AlertAsync(new { side = "sell", symbol = "AUDUSD", qty = 0.2 });
        await Eventually.True(async () => (await broker.LedgerAsync(trader)).Length == 2, TimeSpan.FromSeconds(10),
            "the second order is booked");
        system.KillPart("TradeFlow.Worker");

        var answer = await alert;
        answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Text);
        await trader.OrderInStateAsync(answer.Json.GetProperty("order_id").GetString()!, "FILLED", Settled);
        (await trader.AlertAsync(new { side = "buy", symbol = "EURUSD", qty = 0.3 })).Status
            .ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await Eventually.True(async () => (await broker.LedgerAsync(trader)).Length == 3, Settled, "the lane goes on");
        (await broker.LedgerAsync(trader)).Select(entry => entry.GetProperty("tag").GetString()).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_killed_redis_costs_time_and_nothing_else()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        system.KillPart("redis-server");

        var alert = await trader.AlertAsync(Entry);

        ((int)alert.Status).ShouldBeOneOf(200, 202);
        await trader.OrderInStateAsync(alert.Json.GetProperty("order_id").GetString()!, "FILLED", Settled);
        (await broker.LedgerAsync(trader)).Length.ShouldBe(1);
    }
}
