using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
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

        var topstep = (await trader.GetAsync("/api/brokers")).Json.EnumerateArray()
            .Single(entry => entry.GetProperty("broker").GetString() == "topstep");
        topstep.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString()).ShouldContain("projectx");
        topstep.GetProperty("credentials").GetProperty("properties").EnumerateObject().Select(field => field.Name)
            .ShouldBe(["user_name", "api_key", "rules_confirmed", "mode"], ignoreOrder: true);
        topstep.GetRawText().ShouldContain("remote servers");

        var refused = await trader.PostAsync("/register/projectx",
            new { user_name = user, api_key = "some-key", rules_confirmed = false, mode = "sim" });
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
        // The legs are told one after the other.
        string[] told = ["stop_loss", "take_profit", "pnl"];
        var position = await PositionAsync(trader, row => told.All(name => row.GetProperty(name).ValueKind == JsonValueKind.Number));
        (position.GetProperty("symbol").GetString(), position.GetProperty("side").GetString(), position.GetProperty("qty").GetDecimal())
            .ShouldBe(("MES1!", "BUY", 2m));
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
        foreach (var (qty, side) in new[] { (2, "buy"), (1, "sell"), (5, "sell") })
            await PostAsync("positions", new { account, symbol = "MNQ", side, qty });
        // After the fills: a hub that is back sooner would be looked at before they were there.
        await PostAsync("hubs/disconnect", new { });

        JsonElement[] shown = [];
        bool IsShort(JsonElement row) => row.GetProperty("side").GetString() == "SELL" && row.GetProperty("qty").GetDecimal() == 3;
        await Eventually.True(async () => (shown = await trader.PositionsAsync()).Any(IsShort), TimeSpan.FromSeconds(8),
            () => $"three contracts short, but {JsonSerializer.Serialize(shown)}; {ToldAsync().Result}");
        // What was turned away from has been seen to stay until the regular reading, every 20 s, where the account is read for the first
        // time while it turns.
        await Eventually.True(async () => (shown = await trader.PositionsAsync()) is [var only] && IsShort(only), TimeSpan.FromSeconds(30),
            () => $"nothing else, but {JsonSerializer.Serialize(shown)}; {ToldAsync().Result}");
        (await trader.OrderAsync(first.Json.GetProperty("order_id").GetString()!)).GetProperty("filled_qty").GetDecimal().ShouldBe(1m);
    }

    [Fact]
    public async Task Ten_round_trips_in_one_go_are_executed_to_the_last_within_the_limits()
    {
        using var trader = await Trader.SignUpAsync(system);
        var key = await ConnectAsync(trader);
        List<string> orders = [];
        for (var trip = 0; trip < 10; trip++)
        {
            foreach (var intent in new[] { """{"side":"buy","symbol":"MGC1!","qty":1}""", """{"action":"close","symbol":"MGC1!"}""" })
            {
                var answer = await AlertAsync(key, $$"""{"version":"unify.v1","id":"{{Guid.NewGuid():N}}","intent":{{intent}}}""");
                answer.Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
                orders.Add(answer.Json.GetProperty("order_id").GetString()!);
            }
        }

        foreach (var order in orders) await trader.OrderInStateAsync(order, "FILLED", Soon);
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, Soon, "flat");
        (await AccountAsync()).GetProperty("positions").GetArrayLength().ShouldBe(0);
        (await LedgerAsync()).Length.ShouldBe(20);
        var calls = (await broker.GetFromJsonAsync<JsonElement>($"calls?user={user}")).EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => entry.Value.GetProperty("received").GetInt32());
        calls.Where(entry => entry.Key.Contains("SEARCH", StringComparison.Ordinal)).Sum(entry => entry.Value)
            .ShouldBeLessThan(100, JsonSerializer.Serialize(calls));
    }

    [Fact]
    public async Task After_a_logout_the_hub_alone_keeps_the_positions_right_while_no_read_is_left_and_exits_go()
    {
        using var trader = await Trader.SignUpAsync(system);
        var key = await ConnectAsync(trader);
        var first = await AlertAsync(key, """{"version":"unify.v1","id":"1","intent":{"side":"buy","symbol":"MYM1!","qty":1}}""");
        await trader.OrderInStateAsync(first.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        await PositionAsync(trader, row => row.GetProperty("qty").GetDecimal() == 1);
        var account = (await AccountAsync()).GetProperty("id").GetInt32();
        // The gateway asks for a pause: the host keeps every read back for longer than this test takes.
        await PostAsync("faults", new { kind = "429", endpoint = "POSITION_SEARCH", ms = 120_000, user });
        await Eventually.True(async () => (await broker.GetFromJsonAsync<JsonElement>($"calls?user={user}"))
            .GetProperty("POSITION_SEARCH").GetProperty("statuses").TryGetProperty("429", out _), Soon, "the next check is refused");
        var connection = await ConnectionAsync();

        await PostAsync("tokens/expire", new { });
        await PostAsync($"hubs/logout?user={user}", new { });

        await Eventually.True(async () => await ConnectionAsync() is { } now && now != connection, TimeSpan.FromSeconds(5),
            "the feed is back");
        await PostAsync("positions", new { account, symbol = "MYM", side = "sell", qty = 1 });
        await Eventually.True(async () => (await trader.PositionsAsync()).Length == 0, TimeSpan.FromSeconds(5),
            "what was closed by hand has left the list");

        var entry = await AlertAsync(key, """{"version":"unify.v1","id":"2","intent":{"side":"buy","symbol":"MYM1!","qty":1}}""");
        await trader.OrderInStateAsync(entry.Json.GetProperty("order_id").GetString()!, "FILLED", TimeSpan.FromSeconds(5));
        var exit = await AlertAsync(key, """{"version":"unify.v1","id":"3","intent":{"action":"close","symbol":"MYM1!"}}""");
        await trader.OrderInStateAsync(exit.Json.GetProperty("order_id").GetString()!, "FILLED", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_round_trip_earns_its_gross_less_fees_and_commissions_in_the_answer_on_the_socket_and_in_the_balance()
    {
        using var trader = await Trader.SignUpAsync(system);
        var key = await ConnectAsync(trader);
        await PostAsync("price", new { symbol = "MES", bid = 6000.00m, ask = 6000.25m, freeze = true });
        var entry = await AlertAsync(key, """{"version":"unify.v1","id":"1","intent":{"side":"buy","symbol":"MES1!","qty":2}}""");
        await trader.OrderInStateAsync(entry.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        await PositionAsync(trader, row => row.GetProperty("qty").GetDecimal() == 2);
        await PostAsync("price", new { symbol = "MES", bid = 6010.25m, ask = 6010.50m, freeze = true });
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{system.Address.Authority}/ws/positions?token={trader.AccessToken}"),
            CancellationToken.None);
        // What happens before it is in it, and is not told again.
        await HeardAsync(socket, "snapshot");

        var close = await AlertAsync(key, """{"version":"unify.v1","id":"2","intent":{"action":"close","symbol":"MES1!"}}""");

        var order = await trader.OrderInStateAsync(close.Json.GetProperty("order_id").GetString()!, "FILLED", Soon);
        // Forty ticks of 1.25 dollars, twice; 0.74 of fees and 0.50 of commissions a round turn and contract.
        (order.GetProperty("gross_pnl").GetDecimal(), order.GetProperty("pnl").GetDecimal()).ShouldBe((100m, 97.52m));
        (await HeardAsync(socket, "closed")).GetProperty("pnl").GetDecimal().ShouldBe(97.52m);
        var connected = "";
        await Eventually.True(async () =>
        {
            connected = (await trader.GetAsync("/api/user/brokers")).Text;
            return JsonDocument.Parse(connected).RootElement[0].GetProperty("balance").GetDecimal() == 50_097.52m;
        }, Soon, () => $"the balance of {connected}");
    }

    public void Dispose()
    {
        broker.Dispose();
        anybody.Dispose();
    }

    private async Task<string> ConnectAsync(Trader trader)
    {
        var answer = await trader.PostAsync("/register/topstep",
            new { user_name = user, api_key = "some-key", rules_confirmed = true, mode = "sim" });
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
        await Eventually.True(async () => (positions = await trader.PositionsAsync()) is [var only] && wanted(only), Soon,
            () => $"one position as wanted, and there are {JsonSerializer.Serialize(positions)}");
        return positions[0];
    }

    private static async Task<JsonElement> HeardAsync(ClientWebSocket socket, string type)
    {
        using var patience = new CancellationTokenSource(Soon);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult got;
            do
            {
                got = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
                length += got.Count;
            }
            while (!got.EndOfMessage);
            var message = JsonDocument.Parse(buffer.AsMemory(0, length)).RootElement;
            if (message.GetProperty("type").GetString() == type) return message;
        }
    }

    private async Task<string?> ConnectionAsync() =>
        (await broker.GetFromJsonAsync<JsonElement>("hubs")).TryGetProperty(user, out var connection) ? connection.GetString() : null;

    // What the gateway has, who is connected to it, and what it was asked.
    private async Task<string> ToldAsync() =>
        $"{(await AccountAsync()).GetRawText()} {await broker.GetStringAsync("hubs")} {await broker.GetStringAsync($"calls?user={user}")}";

    private async Task<JsonElement> AccountAsync() => (await broker.GetFromJsonAsync<JsonElement>($"accounts?user={user}"))[0];

    private async Task<JsonElement[]> LedgerAsync() =>
        [.. (await broker.GetFromJsonAsync<JsonElement>($"ledger?user={user}")).EnumerateArray()];

    private async Task PostAsync(string path, object body)
    {
        using var answer = await broker.PostAsJsonAsync(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
