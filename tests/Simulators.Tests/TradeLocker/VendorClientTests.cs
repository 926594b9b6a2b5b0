using System.Text.Json;
using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker;

namespace TradeFlow.Simulators.Tests.TradeLocker;

/// <summary>The vendor's own client must be able to log in, list, trade and close here.</summary>
public sealed class VendorClientTests : IAsyncLifetime
{
    private TradeLockerSimulator simulator = null!;
    private VendorClient client = null!;

    public async ValueTask InitializeAsync()
    {
        simulator = await TradeLockerSimulator.StartAsync(new SimulatorSettings());
        using var http = new HttpClient();
        // The client waits a second before each read; the limits that this respects are tested elsewhere.
        using var off = await http.PostAsync($"{simulator.Address}/__sim/switches", new StringContent("""{"rateLimits":false}"""));
        client = new VendorClient($"{simulator.Address}/tradelocker");
        await client.LogInAsync("demo@tradeflow.local", "demo-password", "SIM");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task It_reads_instruments_prices_and_sessions_with_the_types_it_checks()
    {
        var instrument = client.InstrumentId("EURUSD");

        var quotes = await client.MarketAsync("/trade/quotes", instrument);
        quotes.EnumerateObject().Select(cell => cell.Name).ShouldBe(["ap", "bp", "as", "bs"]);
        quotes.EnumerateObject().ShouldAllBe(cell => cell.Value.ValueKind == JsonValueKind.Number);
        var depth = await client.MarketAsync("/trade/depth", instrument);
        depth.EnumerateObject().Select(cell => cell.Name).ShouldBe(["asks", "bids"]);
        depth.GetProperty("asks")[0][0].GetDecimal().ShouldBeGreaterThan(depth.GetProperty("bids")[0][0].GetDecimal());
        var bar = await client.MarketAsync("/trade/dailyBar", instrument, "&barType=ASK");
        bar.EnumerateObject().Select(cell => cell.Name).Order().ShouldBe(["c", "h", "l", "o", "v"]);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var history = await client.MarketAsync("/trade/history", instrument, $"&resolution=15m&from={now - 86_400_000}&to={now}");
        history.GetProperty("barDetails").GetArrayLength().ShouldBe(96);

        var details = await client.DetailsAsync(instrument);
        details.EnumerateObject()
            .ShouldAllBe(cell => cell.Value.ValueKind == JsonValueKind.String || cell.Value.ValueKind == JsonValueKind.Number
                || cell.Value.ValueKind == JsonValueKind.Array);
        var session = await client.DataAsync($"/trade/sessions/{details.GetProperty("tradeSessionId").GetInt32()}");
        session.EnumerateObject().ShouldAllBe(cell => cell.Value.ValueKind != JsonValueKind.Number);
        var status = await client.DataAsync($"/trade/sessionStatuses/{details.GetProperty("tradeSessionStatusId").GetInt32()}");
        status.EnumerateObject().Select(cell => (cell.Name, cell.Value.GetArrayLength()))
            .ShouldBe([("allowedOperations", 3), ("allowedOrderTypes", 6)]);
        (await client.DataAsync("/trade/accounts"))[0].GetProperty("id").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public void It_finds_the_instruments_that_its_tests_assume()
    {
        (client.InstrumentId("EURUSD"), client.SymbolId("EURUSD"), client.InstrumentId("BTCUSD")).ShouldBe((278, 315, 206));
        new[] { client.InstrumentId("LTCUSD"), client.InstrumentId("DOGEUSD") }.ShouldBeUnique();
        client.InstrumentIds.ShouldBeUnique();
    }

    [Fact]
    public async Task It_trades_and_closes()
    {
        var instrument = client.InstrumentId("EURUSD");

        var order = (await client.CreateOrderAsync(instrument, 0.12, "buy", strategyId: "random_bot"))!.Value;

        var position = (await client.PositionOfAsync(order))!.Value;
        var row = (await client.TableAsync("positions", "positionsConfig")).Single();
        row["id"].ShouldBe(position);
        row["qty"].ShouldBe(0.12);
        row["stopLossId"].ShouldBe(0L);
        row["strategyId"].ShouldBe("random_bot");
        (await client.TableAsync("executions", "filledOrdersConfig")).Single()["orderId"].ShouldBe(order);
        (await client.StateAsync())["positionsCount"].ShouldBe(1);

        await client.ClosePositionAsync(order);

        (await client.TableAsync("positions", "positionsConfig")).ShouldBeEmpty();
        (await client.TableAsync("ordersHistory", "ordersHistoryConfig"))
            .Count(entry => (long)entry["positionId"]! == position).ShouldBe(2);
    }

    [Fact]
    public async Task It_places_changes_and_cancels_pending_orders()
    {
        var instrument = client.InstrumentId("EURUSD");
        var order = (await client.CreateOrderAsync(instrument, 0.01, "buy", "limit", price: 1.0, stopLoss: 0.9, takeProfit: 1.1))!.Value;

        (await client.ModifyOrderAsync(order, new { price = 1.01, qty = 0.02, validity = "GTC" })).ShouldBe("ok");
        (await client.TableAsync("orders", "ordersConfig")).Single(row => (long)row["id"]! == order)["price"].ShouldBe(1.01);
        (await client.DeleteOrderAsync(order)).ShouldBe("ok");
        (await client.DeleteOrderAsync(order)).ShouldBe("error");

        (await client.CreateOrderAsync(instrument, 0.01, "sell", "stop", stopPrice: 0.99)).ShouldNotBeNull();
        (await client.DeleteAllOrdersAsync()).ShouldBe("ok");
        (await client.TableAsync("orders", "ordersConfig")).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_protects_a_position_and_closes_all_of_an_instrument()
    {
        var instrument = client.InstrumentId("EURUSD");
        var order = (await client.CreateOrderAsync(instrument, 0.01, "buy"))!.Value;
        var position = (await client.PositionOfAsync(order))!.Value;

        (await client.ModifyPositionAsync(position,
            new { stopLoss = 1.0, stopLossType = "absolute", takeProfit = 1.2, takeProfitType = "absolute" }))
            .ShouldBe("ok");
        var row = (await client.TableAsync("positions", "positionsConfig")).Single();
        ((long)row["stopLossId"]!).ShouldBeGreaterThan(0);
        ((long)row["takeProfitId"]!).ShouldBeGreaterThan(0);

        (await client.CloseAllPositionsAsync(instrument)).ShouldBe("ok");
        (await client.TableAsync("positions", "positionsConfig")).ShouldBeEmpty();
        (await client.TableAsync("orders", "ordersConfig")).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_gets_null_for_an_order_that_is_refused_and_renews_its_tokens()
    {
        (await client.CreateOrderAsync(client.InstrumentId("EURUSD"), 0.001, "buy")).ShouldBeNull();

        await client.RefreshAsync();

        (await client.StateAsync())["balance"].ShouldBe(50_000m);
    }
}
