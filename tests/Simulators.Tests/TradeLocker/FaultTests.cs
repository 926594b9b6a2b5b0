using System.Net;
using System.Text.Json;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.Tests.TradeLocker;

/// <summary>Each kind of trouble does what README.md says of it, once, and the ledger tells the truth.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("timeout_before", 0)]
    [InlineData("timeout_after", 1)]
    [InlineData("reset_before", 0)]
    [InlineData("reset_after", 1)]
    [InlineData("half_body_after", 1)]
    public async Task A_broken_connection_leaves_in_the_ledger_what_was_booked(string kind, int booked)
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync(kind, "PLACE_ORDER", ms: 300);

        await Should.ThrowAsync<HttpRequestException>(() => client.PlaceAsync(strategyId: "one"));

        (await client.LedgerAsync("?strategyId=one")).Length.ShouldBe(booked);
        (await client.PositionsAsync()).Length.ShouldBe(booked);
        (await ReceivedAsync(client, "PLACE_ORDER")).ShouldBe(1);
        (await client.PlaceAsync(strategyId: "two")).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("http_500_before", 500, "application/json", 0)]
    [InlineData("http_500_after", 500, "application/json", 1)]
    [InlineData("http_503_before", 503, "text/plain", 0)]
    [InlineData("http_502_html_before", 502, "text/html", 0)]
    [InlineData("http_502_html_after", 502, "text/html", 1)]
    [InlineData("garbage_200_after", 200, "application/json", 1)]
    [InlineData("empty_200_after", 200, "application/json", 1)]
    [InlineData("html_200", 200, "text/html", 0)]
    [InlineData("html_200_after", 200, "text/html", 1)]
    [InlineData("429", 429, "application/json", 0)]
    [InlineData("cloudflare_1015", 429, "text/html", 0)]
    [InlineData("token_expired", 401, "application/json", 0)]
    public async Task A_wrong_answer_leaves_in_the_ledger_what_was_booked(string kind, int status, string type, int booked)
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync(kind, "PLACE_ORDER");

        var answer = await client.PlaceAsync();

        ((int)answer.Status, answer.MediaType).ShouldBe((status, type));
        if (status == 200) Should.Throw<JsonException>(() => JsonDocument.Parse(answer.Text));
        (await client.LedgerAsync()).Length.ShouldBe(booked);
        (await client.PlaceAsync()).Succeeded.ShouldBeTrue("a fault strikes once");
    }

    [Fact]
    public async Task A_slow_call_is_carried_out_though_nobody_waits_any_more()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("delay_ms", "PLACE_ORDER", ms: 2500);
        using var impatient = new HttpClient();
        using var patience = new CancellationTokenSource();
        impatient.DefaultRequestHeaders.Authorization = client.Http.DefaultRequestHeaders.Authorization;
        impatient.DefaultRequestHeaders.Add("accNum", "1");
        using var order = new StringContent(
            """{"tradableInstrumentId":278,"routeId":740,"qty":0.1,"side":"buy","type":"market","validity":"IOC"}""",
            System.Text.Encoding.UTF8, "application/json");

        var call = impatient.PostAsync($"{client.Simulator.BaseUrl}/trade/accounts/{client.Account}/orders", order, patience.Token);
        await Eventually.True(async () => (await client.ControlAsync("/calls")).TryGetProperty("PLACE_ORDER", out _),
            "the call has arrived");
        await patience.CancelAsync();
        await Should.ThrowAsync<TaskCanceledException>(() => call);

        (await client.LedgerAsync()).ShouldBeEmpty();
        await Eventually.True(async () => (await client.LedgerAsync()).Length == 1, "the order is booked late");
    }

    [Fact]
    public async Task A_fault_that_does_not_exist_is_refused()
    {
        await using var client = await Client.StartAsync();

        using var answer = await client.Http.PostAsync($"{client.Simulator.Address}/__sim/faults",
            new StringContent("""{"kind":"rejcet"}""", System.Text.Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_rejection_has_the_given_words()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("reject", "PLACE_ORDER", text: "No liquidity.");

        (await client.PlaceAsync()).Words.ShouldBe("No liquidity.");

        (await client.LedgerAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_accepted_order_may_be_rejected_afterwards()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("refuse_after_accept", "PLACE_ORDER");

        var id = await client.BookAsync();

        var order = (await client.HistoryAsync()).Single();
        (order["id"], order["status"], order["filledQty"], order["positionId"]).ShouldBe((id, "Rejected", "0", null));
        (await client.PositionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_partly_filled_market_order_buys_what_there_is()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("partial_fill", "PLACE_ORDER", ratio: 0.4m);

        await client.BookAsync(qty: 0.10m);

        (await client.PositionsAsync()).Single()["qty"].ShouldBe("0.04");
        (await client.HistoryAsync()).Single()["filledQty"].ShouldBe("0.04");
    }

    [Fact]
    public async Task The_rest_of_a_partly_filled_limit_follows_into_the_same_position()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("partial_fill", "PLACE_ORDER", ratio: 0.5m, ms: 200);

        await client.BookAsync(qty: 0.10m, type: "limit", price: 1.0950m);

        (await client.OrdersAsync()).Single()["filledQty"].ShouldBe("0.05");
        await Eventually.True(async () => (await client.PositionsAsync()).Single()["qty"] == "0.1", "the rest is filled");
        (await client.OrdersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_order_is_in_no_list_until_it_is_shown()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("visible_after_ms", "PLACE_ORDER", ms: 700);

        await client.BookAsync(stopLoss: 1.0500m);

        (await client.HistoryAsync()).ShouldBeEmpty();
        (await client.PositionsAsync()).ShouldBeEmpty();
        (await client.OrdersAsync()).ShouldBeEmpty();
        (await client.LedgerAsync()).Length.ShouldBe(1);
        await Eventually.True(async () => (await client.HistoryAsync()).Length == 1 && (await client.PositionsAsync()).Length == 1,
            "the order appears");
    }

    [Fact]
    public async Task A_close_that_lingers_leaves_the_position_for_a_while()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync();
        var id = (await client.PositionsAsync()).Single()["id"]!;
        await client.FaultAsync("close_lingers_ms", "CLOSE_POSITION", ms: 500);

        (await client.CloseAsync(id)).Succeeded.ShouldBeTrue();

        (await client.PositionsAsync()).Length.ShouldBe(1);
        await Eventually.True(async () => (await client.PositionsAsync()).Length == 0, "the position goes");
    }

    [Fact]
    public async Task A_market_order_may_wait_for_its_fill()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("fill_delay_ms", "PLACE_ORDER", ms: 400);

        var id = await client.BookAsync();

        (await client.OrdersAsync()).Single()["id"].ShouldBe(id);
        (await client.HistoryAsync()).ShouldBeEmpty();
        await Eventually.True(async () => (await client.PositionsAsync()).Length == 1, "the order is filled");
        (await client.OrdersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fault_for_one_user_spares_the_others()
    {
        await using var client = await Client.StartAsync();
        await client.LogInAsync("other@example.com");
        await client.ControlAsync("/faults", new { kind = "http_500_before", endpoint = "*", count = -1, user = "other@example.com" });

        (await client.GetAsync("/trade/config")).Status.ShouldBe(HttpStatusCode.InternalServerError);

        await client.ControlAsync("/faults", new { kind = "http_500_before", endpoint = "*", count = -1, user = "nobody@example.com" });
        client.Http.DefaultRequestHeaders.Authorization = null;
        var token = (await client.TokenAsync("demo@tradeflow.local", "demo-password", "SIM")).Json.GetProperty("accessToken").GetString();
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        (await client.GetAsync("/trade/config")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_broker_that_is_down_refuses_connections_and_keeps_its_books()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync();

        await client.Simulator.DownAsync();
        (await Should.ThrowAsync<HttpRequestException>(() => client.PlaceAsync())).HttpRequestError
            .ShouldBe(HttpRequestError.ConnectionError);
        await client.Simulator.UpAsync();

        (await client.PositionsAsync()).Length.ShouldBe(1);
        (await client.LedgerAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Columns_may_be_shuffled_and_extended()
    {
        await using var client = await Client.StartAsync();
        var usual = await client.ColumnsAsync("positionsConfig");
        await client.ControlAsync("/switches", new { columnsShuffled = true, columnsExtended = true });

        await client.BookAsync(strategyId: "tag");

        var columns = await client.ColumnsAsync("positionsConfig");
        columns.ShouldNotBe(usual);
        columns.ShouldContain("brandNote");
        (await client.PositionsAsync()).Single()["strategyId"].ShouldBe("tag");
        (await client.StateAsync("balance")).ShouldBe(50_000m);
    }

    [Fact]
    public async Task The_ledger_is_on_disk_before_the_answer()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("ledger-").FullName, "ledger.jsonl");
        using var file = new LedgerFile(path);
        await using var client = await Client.StartAsync(settings: new SimulatorSettings { LedgerFile = file });

        await client.BookAsync(strategyId: "kept");

        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var line = JsonDocument.Parse((await reader.ReadLineAsync())!).RootElement;
        line.GetProperty("tag").GetString().ShouldBe("kept");
        line.GetProperty("qty").GetDecimal().ShouldBe(0.10m);
    }

    [Fact]
    public async Task Positions_can_be_opened_and_closed_by_hand()
    {
        await using var client = await Client.StartAsync();

        await client.ControlAsync("/positions",
            new { account = long.Parse(client.Account, null), symbol = "EURUSD", side = "sell", qty = 0.5 });
        var position = (await client.PositionsAsync()).Single();
        using var answer = await client.Http.DeleteAsync($"{client.Simulator.Address}/__sim/positions/{position["id"]}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.PositionsAsync()).ShouldBeEmpty();
        (await client.LedgerAsync()).First().GetProperty("kind").GetString().ShouldBe("hand");
    }

    [Fact]
    public async Task Prices_move_until_they_are_frozen_and_the_same_seed_moves_them_alike()
    {
        await using var client = await Client.StartAsync();
        var before = (await client.ControlAsync("/prices")).GetProperty("BTCUSD").GetProperty("bid").GetDecimal();

        await Eventually.True(async () =>
            (await client.ControlAsync("/prices")).GetProperty("BTCUSD").GetProperty("bid").GetDecimal() != before, "bitcoin moves");

        (await client.ControlAsync("/prices")).GetProperty("EURUSD").GetProperty("ask").GetDecimal().ShouldBe(1.0900m);
        var walks = new[] { 7, 7, 8 }.Select(seed =>
        {
            var walk = new PriceWalk([new WalkingSymbol("X", 100m, 0.01m, 0.02m)], seed);
            for (var i = 0; i < 100; i++) walk.Step();
            return walk["X"];
        }).ToArray();
        walks[0].ShouldBe(walks[1]);
        walks[0].ShouldNotBe(walks[2]);
    }

    private static async Task<int> ReceivedAsync(Client client, string operation) => (await client.ControlAsync("/calls"))
        .GetProperty(operation)
        .GetProperty("received").GetInt32();
}
