using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>What the conformance kit does not make: the gateway's own ways of leaving it open.</summary>
public sealed class OutcomeTests
{
    [Fact]
    public async Task A_code_that_says_pending_is_unknown_and_the_order_is_found_by_its_tag()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session);
        await desk.ArmAsync("pending_after", "PLACE_ORDER");

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Unknown>().BrokerOrderId.ShouldNotBeNull();

        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report.Status
            .ShouldBe(OrderStatus.Filled);
    }

    [Fact]
    public async Task An_order_that_is_shown_late_is_not_called_absent_too_early()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session);
        await desk.ArmAsync("visible_after_ms", "PLACE_ORDER", ms: 1500);
        await desk.ArmAsync("reset_after", "PLACE_ORDER");

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Unknown>();

        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBe(new OrderLookup.Absent(false));
        await Eventually.True(async () => await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default) is OrderLookup.Found,
            TimeSpan.FromSeconds(4), "it is shown");
        (await session.FindOrderAsync(Desk.Key("tf-never-sent", secondsAgo: 10), default)).ShouldBe(new OrderLookup.Absent(true));
    }

    [Theory]
    [InlineData("Order rejected: maximum position size exceeded.", RejectReason.BrokerRiskRule)]
    [InlineData("Something that nobody has seen before.", RejectReason.Other)]
    public async Task The_brokers_words_refuse_and_are_kept(string words, RejectReason reason)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.ArmAsync("reject", "PLACE_ORDER", text: words);

        (await session.PlaceAsync(await desk.OrderAsync(session), default))
            .ShouldBe(new OrderOutcome.Rejected(reason, "OrderRejected", words));
    }

    [Fact]
    public async Task A_refusal_without_a_word_has_the_name_of_its_code()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PostAsync("accounts/9101", new { canTrade = false });
        (await session.GetAccountAsync(default)).CanTrade.ShouldBeFalse();

        (await session.PlaceAsync(await desk.OrderAsync(session), default)).ShouldBeOfType<OrderOutcome.Rejected>().BrokerCode
            .ShouldBe("AccountViolation");
    }

    [Fact]
    public async Task A_read_that_fails_is_not_a_flat_account()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PositionAsync(session);

        foreach (var (fault, endpoint) in new[] { ("http_503_before", "POSITION_SEARCH"), ("garbage_200_after",
            "ORDER_SEARCH_OPEN"), ("429", "TRADE_SEARCH"), ("html_200", "ACCOUNTS") })
        {
            await desk.ArmAsync(fault, endpoint);
            await Should.ThrowAsync<ConnectorException>(() => Desk.StateAsync(session));
        }
    }

    [Theory]
    [InlineData("2026-03-08T22:30:00Z", "2026-03-08T22:00:00Z")]
    [InlineData("2026-03-08T21:59:59Z", "2026-03-07T23:00:00Z")]
    [InlineData("2026-11-01T22:59:00Z", "2026-10-31T22:00:00Z")]
    [InlineData("2026-11-01T23:00:00Z", "2026-11-01T23:00:00Z")]
    public void The_trading_day_begins_at_five_in_chicago_on_both_sundays_when_clocks_change(string now, string start) =>
        Session.TradingDay.StartOf(DateTimeOffset.Parse(now, null)).ShouldBe(DateTimeOffset.Parse(start, null));
}
