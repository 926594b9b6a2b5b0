using System.Net;
using System.Text.Json;

namespace TradeFlow.Simulators.Tests.ProjectX;

public sealed class TradingTests
{
    private const int Open = 1;
    private const int Filled = 2;
    private const int Cancelled = 3;
    private const int Rejected = 5;
    private const int Suspended = 8;

    [Fact]
    public async Task A_market_order_opens_a_position_and_costs_its_fee_and_commission()
    {
        await using var client = await Client.StartAsync();

        var id = await client.BookAsync(size: 2, customTag: "tag-1");

        var position = (await client.PositionsAsync()).Single();
        (position.GetProperty("type").GetInt32(), position.GetProperty("size").GetInt32(), position.GetProperty("averagePrice")
            .GetDecimal())
            .ShouldBe((1, 2, 6000.25m));
        var order = (await client.OrdersAsync()).Single();
        (order.GetProperty("id").GetInt64(), order.GetProperty("status").GetInt32(), order.GetProperty("fillVolume").GetInt32(),
            order.GetProperty("customTag")
                .GetString()).ShouldBe((id, Filled, 2, "tag-1"));
        var trade = (await client.TradesAsync()).Single();
        trade.GetProperty("profitAndLoss").ValueKind.ShouldBe(JsonValueKind.Null);
        (await client.BalanceAsync()).ShouldBe(50_000m - 0.74m - 0.50m);
        (await client.LedgerAsync()).Single().GetProperty("tag").GetString().ShouldBe("tag-1");
    }

    [Fact]
    public async Task Positions_net_and_only_the_closing_trade_carries_profit()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(side: 0, size: 2);
        await client.PriceAsync(6010.25m, 6010.50m);

        await client.BookAsync(side: 1, size: 3);

        var position = (await client.PositionsAsync()).Single();
        (position.GetProperty("type").GetInt32(), position.GetProperty("size").GetInt32()).ShouldBe((2, 1));
        var trades = await client.TradesAsync();
        trades.Select(trade => trade.GetProperty("profitAndLoss").ValueKind == JsonValueKind.Null).ShouldBe([true, false, true]);
        trades[1].GetProperty("profitAndLoss").GetDecimal().ShouldBe(10.00m / 0.25m * 1.25m * 2);
        (await client.BalanceAsync()).ShouldBe(50_000m + 100m - 5 * (0.37m + 0.25m));
    }

    [Fact]
    public async Task Bracket_legs_sleep_until_the_entry_is_filled_and_take_each_other_away()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(type: 1, limitPrice: 5990.00m, stopTicks: -40, targetTicks: 80);
        (await client.OpenOrdersAsync()).Select(order => order.GetProperty("status").GetInt32()).ShouldBe([Open, Suspended, Suspended]);

        await client.PriceAsync(5989.75m, 5990.00m);

        var legs = await client.OpenOrdersAsync();
        legs.Select(leg => leg.GetProperty("status").GetInt32()).ShouldBe([Open, Open]);
        legs[0].GetProperty("stopPrice").GetDecimal().ShouldBe(5980.00m);
        legs[1].GetProperty("limitPrice").GetDecimal().ShouldBe(6010.00m);

        await client.PriceAsync(6010.00m, 6010.25m);

        (await client.PositionsAsync()).ShouldBeEmpty();
        (await client.OrdersAsync()).Select(order => order.GetProperty("status").GetInt32()).ShouldBe([Filled, Cancelled, Filled]);
    }

    [Fact]
    public async Task Closing_a_contract_leaves_the_legs_and_an_orphan_opens_a_new_position()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(stopTicks: -40, targetTicks: 80);

        (await client.CallAsync("Position/closeContract", new { accountId = client.Account, contractId = client.Mes })).Succeeded
            .ShouldBeTrue();
        (await client.PositionsAsync()).ShouldBeEmpty();
        (await client.OpenOrdersAsync()).Length.ShouldBe(2);
        await client.PriceAsync(5980.00m, 5980.25m);

        (await client.PositionsAsync()).Single().GetProperty("type").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_partial_close_takes_no_more_than_there_is()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(size: 3);

        (await client.CallAsync("Position/partialCloseContract", new { accountId = client.Account, contractId = client.Mes, size = 1 }))
            .Succeeded.ShouldBeTrue();
        (await client.CallAsync("Position/partialCloseContract",
            new { accountId = client.Account, contractId = client.Mes, size = 9 })).Code.ShouldBe(5);

        (await client.PositionsAsync()).Single().GetProperty("size").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData(0, 40, null, "Invalid stop loss ticks (40). Ticks should be less than zero when longing.")]
    [InlineData(0, -1, null, "Invalid stop loss ticks (-1). Price should be at least 4 ticks away.")]
    [InlineData(1, -40, null, "Invalid stop loss ticks (-40). Ticks should be greater than zero when shorting.")]
    [InlineData(0, null, -40, "Invalid take profit ticks (-40). Ticks should be greater than zero when longing.")]
    public async Task A_wrong_bracket_is_rejected_with_http_200_and_an_order_id(int side, int? stop, int? target, string words)
    {
        await using var client = await Client.StartAsync();

        var answer = await client.PlaceAsync(side, stopTicks: stop, targetTicks: target);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        (answer.Succeeded, answer.Code, answer.Message).ShouldBe((false, 2, words));
        answer.OrderId.ShouldBeGreaterThan(0);
        (await client.OrdersAsync()).Single().GetProperty("status").GetInt32().ShouldBe(Rejected);
        (await client.LedgerAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Accounts_in_position_bracket_mode_refuse_brackets()
    {
        await using var client = await Client.StartAsync();
        await client.ControlAsync("/switches", new { positionBrackets = true });

        (await client.PlaceAsync(stopTicks: -40)).Message
            .ShouldBe("Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets.");
        (await client.PlaceAsync()).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_tag_is_used_once_per_account()
    {
        await using var client = await Client.StartAsync();
        await client.BookAsync(customTag: "once");

        (await client.PlaceAsync(customTag: "once")).Succeeded.ShouldBeFalse();

        (await client.LedgerAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Codes_tell_what_is_not_there()
    {
        await using var client = await Client.StartAsync();
        var filled = await client.BookAsync();

        (await client.PlaceAsync(contractId: "CON.F.US.NONE.Z99")).Code.ShouldBe(8);
        (await client.PlaceAsync(contractId: client.NextMes)).Code.ShouldBe(9);
        (await client.CallAsync("Order/place", new { accountId = 1, contractId = client.Mes, type = 2, side = 0, size = 1 })).Code
            .ShouldBe(1);
        (await client.PlaceAsync(type: 999)).Message.ShouldBe("invalid order type specified");
        (await client.PlaceAsync(size: 0)).Message.ShouldBe("invalid order size specified");
        (await client.PlaceAsync(size: 100_000)).Code.ShouldBe(3);
        (await client.PlaceAsync(type: 1, limitPrice: 1m)).Message.ShouldBe("Invalid price. Price is outside allowed range.");
        var unknown = await client.CallAsync("Order/cancel", new { accountId = client.Account, orderId = 1 });
        (unknown.Code, unknown.Message).ShouldBe((2, null));
        (await client.CallAsync("Order/cancel", new { accountId = client.Account, orderId = filled })).Code.ShouldBe(5);
        (await client.CallAsync("Order/cancel", new { accountId = 0, orderId = filled })).Code.ShouldBe(1);
        (await client.CallAsync("Order/modify", new { accountId = client.Account, orderId = 1, size = 1 })).Code.ShouldBe(2);
        (await client.CallAsync("Position/closeContract", new { accountId = client.Account, contractId = "none" })).Code.ShouldBe(3);
        await client.ControlAsync("/switches", new { closed = true });
        (await client.PlaceAsync()).Message.ShouldBe("Outside of trading hours");
    }

    [Fact]
    public async Task A_pending_order_is_changed_and_cancelled()
    {
        await using var client = await Client.StartAsync();
        var id = await client.BookAsync(type: 1, limitPrice: 5990.00m);

        (await client.CallAsync("Order/modify",
            new { accountId = client.Account, orderId = id, limitPrice = 5980.00m, size = 2 })).Succeeded.ShouldBeTrue();
        var changed = (await client.OpenOrdersAsync()).Single();
        (changed.GetProperty("limitPrice").GetDecimal(), changed.GetProperty("size").GetInt32()).ShouldBe((5980.00m, 2));
        (await client.CallAsync("Order/cancel", new { accountId = client.Account, orderId = id })).Succeeded.ShouldBeTrue();

        (await client.OpenOrdersAsync()).ShouldBeEmpty();
        (await client.OrdersAsync()).Single().GetProperty("status").GetInt32().ShouldBe(Cancelled);
    }

    [Theory]
    [InlineData("reset_after", 1)]
    [InlineData("reset_before", 0)]
    [InlineData("timeout_after", 1)]
    public async Task A_lost_answer_leaves_the_order_in_the_ledger(string kind, int booked)
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync(kind, "PLACE_ORDER", ms: 300);

        await Should.ThrowAsync<HttpRequestException>(() => client.PlaceAsync(customTag: "lost"));

        (await client.LedgerAsync()).Length.ShouldBe(booked);
        (await client.OrdersAsync()).Length.ShouldBe(booked);
    }

    [Fact]
    public async Task An_answer_of_pending_hides_an_order_that_was_booked()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("pending_after", "PLACE_ORDER");

        (await client.PlaceAsync()).Code.ShouldBe(6);

        (await client.PositionsAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task The_rest_of_a_partial_fill_follows()
    {
        await using var client = await Client.StartAsync();
        await client.FaultAsync("partial_fill", "PLACE_ORDER", ratio: 0.5m, ms: 200);

        await client.BookAsync(size: 4);

        (await client.OpenOrdersAsync()).Single().GetProperty("fillVolume").GetInt32().ShouldBe(2);
        await Eventually.True(async () => (await client.PositionsAsync()).Single().GetProperty("size").GetInt32() == 4,
            "the rest is filled");
    }
}
