using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TradeFlow.EndToEnd.Tests.Support;

namespace TradeFlow.EndToEnd.Tests;

/// <summary>Futures through the ProjectX Gateway: connect → bracket → push → close, with nothing left working behind it.</summary>
[Collection(SystemCollection.Name)]
public sealed class TopstepTests(RunningSystem system) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly HttpClient broker = new() { BaseAddress = new Uri($"http://localhost:{system.ProjectXPort}/__sim/") };
    private readonly HttpClient anybody = new() { BaseAddress = system.Address };
    private readonly string user = $"tess-{Guid.NewGuid():N}";

    [Fact]
    public async Task The_broker_is_offered_with_its_rule_and_refused_without_its_confirmation()
    {
        using var trader = await Trader.SignUpAsync(system);

        var topstep = (await trader.GetAsync("/api/brokers")).Json.EnumerateArray().Single(entry => entry.GetProperty("broker").GetString() == "topstep");
        topstep.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString()).ShouldContain("projectx");
        topstep.GetProperty("credentials").GetProperty("properties").EnumerateObject().Select(field => field.Name).ShouldBe(["user_name", "api_key", "rules_confirmed", "mode"], ignoreOrder: true);
        topstep.GetRawText().ShouldContain("remote servers");

        var refused = await trader.PostAsync("/register/projectx", new { user_name = user, api_key = "some-key", rules_confirmed = false, mode = "sim" });
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, refused.Text);
        refused.Text.ShouldContain("rules_confirmed");
    }

    [Fact]
    public async Task A_bracket_alert_becomes_a_live_position_and_after_its_close_no_leg_works()
    {
        using var trader = await Trader.SignUpAsync(system);
        var key = await ConnectAsync(trader);
        await PostAsync("price", new { symbol = "MES", bid = 6000.00m, ask = 6000.25m, freeze = true });

        var alert = await AlertAsync(key, """{"version":"unify.v1","intent":{"side":"buy","symbol":"CME_MINI:MES1!","qty":2,"sl":{"mode":"ticks","value":40},"tp":{"mode":"rr","value":2}}}""");

        alert.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await trader.OrderInStateAsync(alert.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        var position = await PositionAsync(trader, row => row.GetProperty("stop_loss").ValueKind == JsonValueKind.Number && row.GetProperty("pnl").ValueKind == JsonValueKind.Number);
        (position.GetProperty("symbol").GetString(), position.GetProperty("side").GetString(), position.GetProperty("qty").GetDecimal()).ShouldBe(("MES1!", "BUY", 2m));
        (position.GetProperty("stop_loss").GetDecimal(), position.GetProperty("take_profit").GetDecimal()).ShouldBe((5990.25m, 6020.25m));
        (await AccountAsync()).GetProperty("workingOrders").GetArrayLength().ShouldBe(2);

        // Ten points are forty ticks of 1.25 dollars, twice; pushed by the market hub.
        await PostAsync("price", new { symbol = "MES", bid = 6010.25m, ask = 6010.50m, freeze = true });
        await PositionAsync(trader, row => row.GetProperty("pnl").GetDecimal() == 100m);

        var close = await AlertAsync(key, """{"version":"unify.v1","intent":{"action":"close","symbol":"MES1!"}}""");
        close.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await trader.OrderInStateAsync(close.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, Soon, "the position is gone");
        (await AccountAsync()).GetProperty("workingOrders").GetArrayLength().ShouldBe(0);
        (await AccountAsync()).GetProperty("positions").GetArrayLength().ShouldBe(0);
        (await LedgerAsync()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_hub_that_is_away_while_orders_fill_is_caught_up_with_and_nothing_counts_twice()
    {
        using var trader = await Trader.SignUpAsync(system);
        var key = await ConnectAsync(trader);
        var first = await AlertAsync(key, """{"version":"unify.v1","id":"1","intent":{"side":"buy","symbol":"MNQ1!","qty":1}}""");
        await trader.OrderInStateAsync(first.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        await PositionAsync(trader, row => row.GetProperty("qty").GetDecimal() == 1);
        var account = (await AccountAsync()).GetProperty("id").GetInt32();

        await PostAsync("faults", new { kind = "hub_drop", endpoint = "*", count = 30, account = $"{account}" });
        await PostAsync("hubs/disconnect", new { });
        foreach (var (qty, side) in new[] { (2, "buy"), (1, "sell"), (5, "sell") }) await PostAsync("positions", new { account, symbol = "MNQ", side, qty });

        await Eventually.True(async () => await trader.PositionsAsync() is [var only] && only.GetProperty("side").GetString() == "SELL" && only.GetProperty("qty").GetDecimal() == 3, TimeSpan.FromSeconds(8), "three contracts short");
        (await trader.OrderAsync(first.Json.GetProperty("order_id").GetString()!)).GetProperty("filled_qty").GetDecimal().ShouldBe(1m);
    }

    public void Dispose()
    {
        broker.Dispose();
        anybody.Dispose();
    }

    private async Task<string> ConnectAsync(Trader trader)
    {
        var answer = await trader.PostAsync("/register/topstep", new { user_name = user, api_key = "some-key", rules_confirmed = true, mode = "sim" });
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        answer.Json.GetProperty("balance").GetDecimal().ShouldBe(50_000m);
        return answer.Json.GetProperty("api_key").GetString()!;
    }

    private async Task<Answer> AlertAsync(string key, string body)
    {
        using var answer = await anybody.PostAsync($"/webhook/topstep/{key}", new StringContent(body, Encoding.UTF8, "text/plain"));
        return await Answer.ReadAsync(answer);
    }

    private static async Task<JsonElement> PositionAsync(Trader trader, Func<JsonElement, bool> wanted)
    {
        JsonElement[] positions = [];
        await Eventually.True(async () => (positions = await trader.PositionsAsync()) is [var only] && wanted(only), Soon, () => $"one position as wanted, and there are {JsonSerializer.Serialize(positions)}");
        return positions[0];
    }

    private async Task<JsonElement> AccountAsync() => (await broker.GetFromJsonAsync<JsonElement>($"accounts?user={user}"))[0];

    private async Task<JsonElement[]> LedgerAsync() => [.. (await broker.GetFromJsonAsync<JsonElement>($"ledger?user={user}")).EnumerateArray()];

    private async Task PostAsync(string path, object body)
    {
        using var answer = await broker.PostAsJsonAsync(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
