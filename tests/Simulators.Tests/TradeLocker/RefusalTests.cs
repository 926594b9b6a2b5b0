using System.Net;

namespace TradeFlow.Simulators.Tests.TradeLocker;

/// <summary>What the broker does not do, and what it says then.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("0.12", true)]
    [InlineData("0.13", true)]
    [InlineData("100", true)]
    [InlineData("0.001", false)]
    [InlineData("0.0001", false)]
    [InlineData("0.123", false)]
    [InlineData("0.129", false)]
    [InlineData("-0.05", false)]
    [InlineData("0", false)]
    [InlineData("100.01", false)]
    public async Task A_quantity_is_a_multiple_of_the_lot_step_within_its_limits(string qty, bool accepted)
    {
        await using var client = await Client.StartAsync();
        await client.ControlAsync($"/accounts/{client.Account}", new { balance = 10_000_000m });

        var answer = await client.PlaceAsync(qty: decimal.Parse(qty, System.Globalization.CultureInfo.InvariantCulture));

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Succeeded.ShouldBe(accepted, answer.Text);
        (await client.LedgerAsync()).Length.ShouldBe(accepted ? 1 : 0);
    }

    [Theory]
    [InlineData("closed", "Order cannot be created since trading out of session is forbidden.")]
    [InlineData("close_only", "Order cannot be created. Only positions closing is allowed")]
    public async Task A_market_that_is_not_open_says_so(string mode, string words)
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync();
        var position = (await client.PositionsAsync()).Single()["id"]!;
        await client.ControlAsync("/session", new { symbol = "EURUSD", mode });

        (await client.PlaceAsync()).Words.ShouldBe(words);

        (await client.CloseAsync(position)).Succeeded.ShouldBe(mode is "close_only");
    }

    [Fact]
    public async Task An_order_type_that_the_session_does_not_allow_is_refused()
    {
        await using var client = await Client.StartAsync();
        await client.ControlAsync("/session", new { mode = "market_only" });

        (await client.PlaceAsync(type: "limit", price: 1.05m)).Words
            .ShouldBe("Order cannot be created since order type is not allowed for current session.");
        (await client.PlaceAsync()).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task An_order_that_the_margin_does_not_carry_is_refused()
    {
        await using var client = await Client.StartAsync();

        (await client.PlaceAsync(qty: 50)).Words.ShouldNotBeNull().ShouldStartWith("Not enough margin to create Order #");
        (await client.PlaceAsync(qty: 40)).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("buy", 1.0950, null)]
    [InlineData("sell", 1.0850, null)]
    [InlineData("buy", null, 1.0850)]
    public async Task Protection_on_the_wrong_side_of_the_market_is_refused(string side, double? stopLoss, double? takeProfit)
    {
        await using var client = await Client.StartAsync();

        var answer = await client.PlaceAsync(side, stopLoss: (decimal?)stopLoss, takeProfit: (decimal?)takeProfit);

        answer.Words.ShouldNotBeNull().ShouldEndWith("price is not valid for the order.");
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public async Task A_tag_is_no_longer_than_the_broker_takes(int length, bool accepted)
    {
        await using var client = await Client.StartAsync();

        (await client.PlaceAsync(strategyId: new string('x', length))).Succeeded.ShouldBe(accepted);
    }

    [Fact]
    public async Task Orders_go_by_the_trade_route_and_prices_by_the_info_route()
    {
        await using var client = await Client.StartAsync();

        (await client.PlaceAsync(route: Client.InfoRoute)).Succeeded.ShouldBeFalse();
        (await client.GetAsync($"/trade/quotes?tradableInstrumentId={Client.EurUsd}&routeId={Client.TradeRoute}")).Succeeded
            .ShouldBeFalse();
        (await client.GetAsync($"/trade/quotes?tradableInstrumentId={Client.EurUsd}&routeId={Client.InfoRoute}")).Data
            .GetProperty("ap").GetDecimal()
            .ShouldBe(1.0900m);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"qty\":1}")]
    [InlineData(
        "{\"tradableInstrumentId\":278,\"routeId\":740,\"qty\":\"much\",\"side\":\"buy\",\"type\":\"market\",\"validity\":\"IOC\"}")]
    public async Task A_request_that_cannot_be_read_is_400(string body)
    {
        await using var client = await Client.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await client.Http.PostAsync($"{client.Simulator.BaseUrl}/trade/accounts/{client.Account}/orders", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await client.LedgerAsync()).ShouldBeEmpty();
    }
}
