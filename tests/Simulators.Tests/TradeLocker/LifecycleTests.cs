using System.Globalization;

namespace TradeFlow.Simulators.Tests.TradeLocker;

/// <summary>What orders and positions go through, rule by rule.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task A_filled_order_leaves_the_working_list_for_history_and_names_its_position()
    {
        await using var client = await Client.StartAsync();

        var orderId = await client.BookAsync(strategyId: "tf-0000000000000000000000000001");

        (await client.OrdersAsync()).ShouldBeEmpty();
        var order = (await client.HistoryAsync()).Single();
        var position = (await client.PositionsAsync()).Single();
        order["id"].ShouldBe(orderId);
        order["status"].ShouldBe("Filled");
        order["filledQty"].ShouldBe("0.1");
        order["avgPrice"].ShouldBe("1.09");
        order["positionId"].ShouldBe(position["id"]);
        order["strategyId"].ShouldBe("tf-0000000000000000000000000001");
        position["strategyId"].ShouldBe("tf-0000000000000000000000000001");
        position["id"].ShouldNotBe(orderId);
        (await client.ExecutionsAsync()).Single()["orderId"].ShouldBe(orderId);
    }

    [Fact]
    public async Task Opening_and_closing_are_two_rows_of_history()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync();
        var position = (await client.PositionsAsync()).Single()["id"]!;

        (await client.CloseAsync(position)).Succeeded.ShouldBeTrue();

        (await client.PositionsAsync()).ShouldBeEmpty();
        var history = await client.HistoryAsync();
        history.Length.ShouldBe(2);
        history.ShouldAllBe(row => row["positionId"] == position && row["status"] == "Filled");
        history.Select(row => row["side"]).ShouldBe(["sell", "buy"]);
        history.Select(row => row["isOpen"]).ShouldBe(["false", "true"]);
        (await client.StateAsync("balance")).ShouldBe(50_000m - 1.00m);
    }

    [Fact]
    public async Task An_opposite_order_opens_a_position_of_its_own()
    {
        await using var client = await Client.StartAsync();

        await client.BookAsync("buy");
        await client.BookAsync("sell");

        (await client.PositionsAsync()).Select(row => row["side"]).ShouldBe(["buy", "sell"]);
    }

    [Fact]
    public async Task Stop_loss_and_take_profit_become_orders_that_the_position_links()
    {
        await using var client = await Client.StartAsync();

        await client.BookAsync(stopLoss: 1.0850m, takeProfit: 1.1000m);

        var position = (await client.PositionsAsync()).Single();
        var legs = await client.OrdersAsync();
        var stop = legs.Single(row => row["id"] == position["stopLossId"]);
        var target = legs.Single(row => row["id"] == position["takeProfitId"]);
        (stop["type"], stop["stopPrice"], stop["side"], stop["qty"]).ShouldBe(("stop", "1.085", "sell", "0.1"));
        (target["type"], target["price"], target["positionId"]).ShouldBe(("limit", "1.1", position["id"]));
    }

    [Fact]
    public async Task A_moved_stop_keeps_its_id_and_null_takes_it_away()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(stopLoss: 1.0850m);
        var before = (await client.PositionsAsync()).Single();

        (await client.SendAsync(HttpMethod.Patch, $"/trade/positions/{before["id"]}", new { stopLoss = 1.0870, stopLossType = "absolute" }))
            .Succeeded.ShouldBeTrue();

        (await client.PositionsAsync()).Single()["stopLossId"].ShouldBe(before["stopLossId"]);
        (await client.OrdersAsync()).Single()["stopPrice"].ShouldBe("1.087");
        (await client.SendAsync(HttpMethod.Patch, $"/trade/positions/{before["id"]}", new { stopLoss = (decimal?)null })).Succeeded
            .ShouldBeTrue();
        (await client.PositionsAsync()).Single()["stopLossId"].ShouldBeNull();
        (await client.OrdersAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1.0849, "stop", "Filled", "Cancelled")]
    [InlineData(1.1001, "limit", "Cancelled", "Filled")]
    public async Task The_leg_that_the_price_reaches_closes_the_position_and_takes_its_sibling_away(
        double bid, string type, string stopStatus, string targetStatus)
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(stopLoss: 1.0850m, takeProfit: 1.1000m);

        await client.PriceAsync("EURUSD", (decimal)bid, (decimal)bid + 0.0001m);

        (await client.PositionsAsync()).ShouldBeEmpty();
        (await client.OrdersAsync()).ShouldBeEmpty();
        var history = await client.HistoryAsync();
        history.Single(row => row["type"] == "stop")["status"].ShouldBe(stopStatus);
        history.Single(row => row["type"] == "limit")["status"].ShouldBe(targetStatus);
        history.Single(row => row["type"] == type)["avgPrice"].ShouldBe(bid.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_limit_that_the_market_has_passed_is_filled_at_once_at_the_market()
    {
        await using var client = await Client.StartAsync();

        await client.BookAsync("sell", type: "limit", price: 1.0500m);

        (await client.OrdersAsync()).ShouldBeEmpty();
        (await client.PositionsAsync()).Single()["avgPrice"].ShouldBe("1.0899");
    }

    [Theory]
    [InlineData("limit", 1.0800, 1.0799)]
    [InlineData("stop", 1.1000, 1.1001)]
    public async Task A_pending_order_waits_for_its_price(string type, double level, double ask)
    {
        await using var client = await Client.StartAsync();
        var id = await client.BookAsync("buy", type: type, price: type is "limit" ? (decimal)level : null,
            stopPrice: type is "stop" ? (decimal)level : null, stopLoss: 1.0500m);

        (await client.OrdersAsync()).Single()["status"].ShouldBe("New");
        (await client.PositionsAsync()).ShouldBeEmpty();
        await client.PriceAsync("EURUSD", (decimal)ask - 0.0001m, (decimal)ask);

        (await client.PositionsAsync()).Single()["avgPrice"].ShouldBe(ask.ToString(CultureInfo.InvariantCulture));
        (await client.HistoryAsync()).Single()["id"].ShouldBe(id);
        (await client.OrdersAsync()).Single()["type"].ShouldBe("stop");
    }

    [Fact]
    public async Task A_partial_close_leaves_the_rest_and_shrinks_the_legs()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(qty: 0.30m, stopLoss: 1.0500m);
        var id = (await client.PositionsAsync()).Single()["id"]!;

        (await client.CloseAsync(id, 0.10m)).Succeeded.ShouldBeTrue();

        (await client.PositionsAsync()).Single()["qty"].ShouldBe("0.2");
        (await client.OrdersAsync()).Single()["qty"].ShouldBe("0.2");
        (await client.CloseAsync(id, 0.30m)).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task A_cancelled_order_appears_in_history_and_a_filled_one_cannot_be_cancelled()
    {
        await using var client = await Client.StartAsync();
        var pending = await client.BookAsync("buy", type: "limit", price: 1.0500m);
        var filled = await client.BookAsync();

        (await client.SendAsync(HttpMethod.Delete, $"/trade/orders/{pending}", null)).Succeeded.ShouldBeTrue();
        var late = await client.SendAsync(HttpMethod.Delete, $"/trade/orders/{filled}", null);

        (await client.HistoryAsync()).Single(row => row["id"] == pending)["status"].ShouldBe("Cancelled");
        late.Status.ShouldBe(System.Net.HttpStatusCode.OK);
        late.Words.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_change_is_dated_later_than_what_it_changes()
    {
        await using var client = await Client.StartAsync();
        var id = await client.BookAsync("buy", type: "limit", price: 1.0500m);
        var before = (await client.OrdersAsync()).Single();

        (await client.SendAsync(HttpMethod.Patch, $"/trade/orders/{id}", new { price = "1.0510", qty = 0.2, validity = "GTC" })).Succeeded
            .ShouldBeTrue();

        var after = (await client.OrdersAsync()).Single();
        (after["price"], after["qty"]).ShouldBe(("1.051", "0.2"));
        long.Parse(after["lastModified"]!, CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan(long.Parse(before["lastModified"]!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task All_orders_and_all_positions_of_an_instrument_go_with_one_call()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync("buy", type: "limit", price: 1.0500m);
        await client.BookAsync("buy", type: "limit", price: 1.0400m);
        await client.BookAsync();
        await client.PlaceAsync(instrument: Client.UsdJpy);

        (await client.SendAsync(HttpMethod.Delete, $"/trade/accounts/{client.Account}/orders", null)).Succeeded.ShouldBeTrue();
        (await client.SendAsync(HttpMethod.Delete,
            $"/trade/accounts/{client.Account}/positions?tradableInstrumentId={Client.EurUsd}", null))
            .Succeeded.ShouldBeTrue();

        (await client.OrdersAsync()).ShouldBeEmpty();
        (await client.PositionsAsync()).Single()["tradableInstrumentId"].ShouldBe($"{Client.UsdJpy}");
    }

    [Fact]
    public async Task Profit_is_converted_to_the_currency_of_the_account()
    {
        await using var client = await Client.StartAsync();
        await client.PriceAsync("USDJPY", 149.99m, 150.01m);
        await client.PlaceAsync(qty: 1, instrument: Client.UsdJpy);

        await client.PriceAsync("USDJPY", 151.01m, 151.03m);

        var position = (await client.PositionsAsync()).Single();
        position["unrealizedPl"].ShouldBe(Math.Round(1.00m * 100_000 / 151.02m, 2).ToString(CultureInfo.InvariantCulture));
        (await client.StateAsync("projectedBalance")).ShouldBe(50_000m + Math.Round(100_000 / 151.02m, 2));
    }

    [Fact]
    public async Task History_is_paged_by_time()
    {
        await using var client = await Client.StartAsync();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await client.BookAsync(qty: 0.01m);
            // Two orders of one millisecond could be torn apart by a page that is cut by time.
            var booked = TimeProvider.System.GetUtcNow();
            await Eventually.True(() => Task.FromResult(TimeProvider.System.GetUtcNow() - booked > TimeSpan.FromMilliseconds(2)),
                "the clock moves on");
        }
        await client.ControlAsync("/switches", new { historyPage = 3 });

        var first = await client.GetAsync($"/trade/accounts/{client.Account}/ordersHistory");
        var rows = await client.HistoryAsync();
        var rest = await client.HistoryAsync($"?to={rows[^1]["createdDate"]}");

        first.Data.GetProperty("hasMore").GetBoolean().ShouldBeTrue();
        rows.Concat(rest).Select(row => row["id"]).Distinct().Count().ShouldBe(5);
    }
}
