using System.Net;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>
/// Sign up → connect → key → template → alert → position → close with profit, over HTTP alone, as contract.md promises it.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class CriticalPathTests(RunningSystem system)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_alert_becomes_an_order_a_position_and_a_profit()
    {
        using var trader = await Trader.SignUpAsync(system);
        var account = await trader.ConnectAsync();
        account.GetProperty("status").GetString().ShouldBe("active");
        account.GetProperty("currency").GetString().ShouldBe("USD");
        trader.ApiKey.ShouldStartWith($"tradelocker_{trader.AccountId[..8]}_");

        var template = await trader.GetAsync($"/api/webhooks/template?account_id={trader.AccountId}&symbol=EURUSD&side=buy&qty=1");
        template.Status.ShouldBe(HttpStatusCode.OK, template.Text);
        template.Json.GetProperty("url").GetString()!.ShouldEndWith($"/webhook/tradelocker/{trader.ApiKey}");
        var message = template.Json.GetProperty("message").ValueKind == JsonValueKind.String
            ? template.Json.GetProperty("message").GetString()! : template.Json.GetProperty("message").GetRawText();

        var alert = await trader.AlertAsync(message.Replace("{{timenow}}", "2026-11-22T12:00:00Z", StringComparison.Ordinal));
        await FilledAsync(trader, alert);

        var position = await PositionAsync(trader);
        position.GetProperty("symbol").GetString().ShouldBe("EURUSD");
        position.GetProperty("side").GetString().ShouldBe("BUY");
        position.GetProperty("qty").GetDecimal().ShouldBe(1m);

        var close = await trader.PostAsync("/api/orders/close", new { position_id = position.GetProperty("id").GetString() });
        close.Status.ShouldBe(HttpStatusCode.OK, close.Text);
        close.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        close.Json.GetProperty("pnl").ValueKind.ShouldBe(JsonValueKind.Number);
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, Soon, "the closed position is gone");

        var again = await trader.PostAsync("/api/orders/close", new { position_id = position.GetProperty("id").GetString() });
        again.Status.ShouldBe(HttpStatusCode.Conflict, again.Text);
        again.Code.ShouldBe("position.closed");
    }

    [Fact]
    public async Task The_design_s_own_example_is_executed_once_with_the_take_profit_of_its_vector()
    {
        using var trader = await Trader.ConnectedAsync(system);
        using var broker = new SimulatedBroker(system);
        await broker.FreezeAsync("EURUSD", bid: 1.0899m, ask: 1.0900m);
        const string example = """
            { "version": "unify.v1",
              "intent": { "broker": "tradelocker", "side": "buy", "type": "market", "symbol": "EURUSD", "qty": 1,
                          "sl": { "mode": "price", "value": 1.0850 }, "tp": { "mode": "rr", "value": 2.0 } } }
            """;

        var first = await trader.AlertAsync(example);
        var second = await trader.AlertAsync(example);

        await FilledAsync(trader, first);
        second.Status.ShouldBe(HttpStatusCode.OK, second.Text);
        second.Json.GetProperty("duplicate_of").GetString().ShouldBe(first.Json.GetProperty("webhook_id").GetString());
        var order = await trader.OrderAsync(first.Json.GetProperty("order_id").GetString()!);
        order.GetProperty("stop_loss").GetDecimal().ShouldBe(1.0850m);
        order.GetProperty("take_profit").GetDecimal().ShouldBe(1.1000m);
        (await broker.LedgerAsync(trader)).Length.ShouldBe(1);
        var position = await PositionAsync(trader);
        position.GetProperty("take_profit").GetDecimal().ShouldBe(1.1000m);
        await broker.UnfreezeAsync("EURUSD");
    }

    [Fact]
    [Trait("Control", "K3")]
    public async Task A_regenerated_key_ends_the_old_one_at_once()
    {
        using var trader = await Trader.ConnectedAsync(system);
        var old = trader.ApiKey;

        var answer = await trader.PostAsync($"/api/accounts/{trader.AccountId}/regenerate-api-key", new { });

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        answer.Json.GetProperty("warning").GetString().ShouldBe("Update TradingView webhooks with new API key");
        var alert = JsonSerializer.Serialize(new { version = "unify.v1", intent = new { side = "buy", symbol = "EURUSD", qty = 0.01 } });
        (await trader.AlertAsync(alert, old)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await FilledAsync(trader, await trader.AlertAsync(alert, answer.Json.GetProperty("api_key").GetString()));
    }

    [Theory]
    [InlineData("wrong@example.com", "wrong-password", "SIM", HttpStatusCode.UnprocessableEntity, "broker.credentials_rejected")]
    [InlineData("right@example.com", "broker-password", "NOWHERE", HttpStatusCode.UnprocessableEntity, "broker.credentials_rejected")]
    public async Task Credentials_that_the_broker_refuses_are_named(
        string email, string password, string server, HttpStatusCode status, string code)
    {
        using var trader = await Trader.SignUpAsync(system);

        var answer = await trader.PostAsync("/register/tradelocker", new { email, password, server, mode = "sim" });

        answer.Status.ShouldBe(status, answer.Text);
        answer.Code.ShouldBe(code);
        answer.Json.GetProperty("detail").GetString()!.Length.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData("""{"version":"unify.v1","intent":{"side":"buy","symbol":"NOSUCH","qty":1}}""", "signal.unknown_symbol")]
    [InlineData("""{"version":"unify.v1","intent":{"side":"buy","symbol":"EURUSD","qty":0.015}}""", "signal.invalid")]
    [InlineData("""{"version":"unify.v1","intent":{"side":"sideways","symbol":"EURUSD","qty":1}}""", "signal.invalid")]
    [InlineData("""{"version":"unify.v1","intent":{"side":"buy","symbol":"EURUSD","qty":1,"tp":{"mode":"rr","value":2}}}""",
        "signal.invalid")]
    [InlineData("""{"version":"unify.v1","intent":{"side":"buy","symbol":"EURUSD","qty":"NaN"}}""", "signal.invalid")]
    [InlineData("""{'version':'unify.v1'}""", "signal.invalid")]
    [InlineData("buy EURUSD now", "signal.invalid")]
    [InlineData("", "signal.invalid")]
    public async Task A_signal_that_cannot_be_understood_names_the_fault_and_is_logged(string body, string code)
    {
        using var trader = await Trader.ConnectedAsync(system);

        var answer = await trader.AlertAsync(body);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, answer.Text);
        answer.Code.ShouldBe(code);
        answer.Json.GetProperty("success").GetBoolean().ShouldBeFalse();
        await Eventually.True(async () =>
        {
            var log = (await trader.GetAsync($"/api/webhooks/log?account_id={trader.AccountId}")).Json.GetProperty("items");
            return log.GetArrayLength() == 1 && log[0].GetProperty("status").GetInt32() == 422
                && !log.GetRawText().Contains(trader.ApiKey, StringComparison.Ordinal);
        }, Soon, "one row in the log, without the key");
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task Another_tenant_sees_nothing_and_closes_nothing()
    {
        using var owner = await Trader.ConnectedAsync(system);
        using var stranger = await Trader.ConnectedAsync(system);
        var order = (await owner.AlertAsync(new { side = "buy", symbol = "EURUSD", qty = 0.1 })).Json.GetProperty("order_id").GetString()!;
        var position = await PositionAsync(owner);

        (await stranger.GetAsync($"/api/orders/{order}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync($"/api/accounts/{owner.AccountId}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.PostAsync("/api/orders/close", new { position_id = position.GetProperty("id").GetString() })).Status
            .ShouldBe(HttpStatusCode.NotFound);
        (await stranger.PostAsync($"/api/accounts/{owner.AccountId}/reveal-api-key", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.PositionsAsync()).ShouldBeEmpty();
        (await owner.PositionsAsync()).Length.ShouldBe(1);
    }

    // The first alert after a start may find the session with the broker cold: then 202, and the order tells.
    private static async Task FilledAsync(Trader trader, Answer alert)
    {
        alert.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        alert.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        await trader.OrderInStateAsync(alert.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
    }

    private static async Task<JsonElement> PositionAsync(Trader trader)
    {
        JsonElement[] open = [];
        await Eventually.True(async () => (open = await trader.PositionsAsync()).Length == 1, Soon, "one open position");
        return open[0];
    }
}
