using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

/// <summary>
/// The table of README.md: what each trouble on the way makes of an order. Whatever happens, the broker sees the order once.
/// </summary>
public sealed class OutcomeTests
{
    [Theory]
    [InlineData("timeout_after")]
    [InlineData("reset_after")]
    [InlineData("http_500_after")]
    [InlineData("http_503_after")]
    [InlineData("http_502_html_after")]
    [InlineData("half_body_after")]
    [InlineData("garbage_200_after")]
    [InlineData("empty_200_after")]
    [InlineData("html_200_after")]
    [InlineData("huge_200_after")]
    public async Task A_lost_answer_is_unknown_and_the_order_is_found(string fault)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "GBPUSD");
        desk.Http.Timeout = TimeSpan.FromSeconds(1);
        await desk.ArmAsync(fault, "PLACE_ORDER");

        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Unknown>().Cause.ShouldNotBeEmpty();

        desk.Http.Timeout = TimeSpan.FromSeconds(5);
        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report;
        (report.Status, report.FilledQuantity, report.ClientOrderId).ShouldBe((OrderStatus.Filled, 0.1m, order.ClientOrderId));
        report.BrokerPositionId.ShouldNotBeNull();
        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(1);
        (await desk.LedgerAsync()).ShouldHaveSingleItem().GetProperty("tag").GetString().ShouldBe(order.ClientOrderId);
    }

    [Theory]
    [InlineData("timeout_before")]
    [InlineData("reset_before")]
    [InlineData("http_500_before")]
    [InlineData("http_503_before")]
    [InlineData("http_502_html_before")]
    [InlineData("html_200")]
    [InlineData("429")]
    [InlineData("cloudflare_1015")]
    public async Task An_order_that_never_arrived_looks_the_same_and_its_absence_is_proven_later(string fault)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "GBPUSD");
        desk.Http.Timeout = TimeSpan.FromSeconds(1);
        await desk.ArmAsync(fault, "PLACE_ORDER");

        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Unknown>();

        desk.Http.Timeout = TimeSpan.FromSeconds(5);
        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), CancellationToken.None)).ShouldBe(new OrderLookup.Absent(false));
        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId, secondsAgo: 10), CancellationToken.None))
            .ShouldBe(new OrderLookup.Absent(true));
        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(1);
        (await desk.LedgerAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_connection_is_proven_unsent()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await desk.Simulator.DownAsync();

        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.NotSent>();
    }

    [Fact]
    public async Task A_401_proves_that_nothing_was_processed_so_the_order_goes_out_again_with_a_new_token()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await desk.ArmAsync("token_expired", "PLACE_ORDER");

        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(2);
        (await desk.LedgerAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_401_ends_it()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await desk.ArmAsync("token_expired", "PLACE_ORDER", count: -1);

        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.NotSent>();

        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(2);
        (await desk.LedgerAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Order cannot be created since trading out of session is forbidden.", RejectReason.MarketClosed)]
    [InlineData("Not enough margin to create Order #4711 Sell 1 EURUSD Price 1.09", RejectReason.InsufficientMargin)]
    [InlineData("Order cannot be created. Only positions closing is allowed", RejectReason.InstrumentNotTradable)]
    [InlineData("Order cannot be created since order type is not allowed for current session.", RejectReason.MarketClosed)]
    [InlineData("{qty=[must be greater than 0]}", RejectReason.InvalidQuantity)]
    [InlineData("SL price is not valid for the order.", RejectReason.StopTooClose)]
    [InlineData("Something that nobody has seen before.", RejectReason.Other)]
    public async Task The_brokers_words_refuse_and_are_kept(string words, RejectReason reason)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await desk.ArmAsync("reject", "PLACE_ORDER", text: words);

        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBe(new OrderOutcome.Rejected(reason, "", words));
        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(1);
    }

    [Fact]
    public async Task Words_about_a_failure_of_the_broker_itself_refuse_nothing()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await desk.ArmAsync("reject", "PLACE_ORDER", text: "Request timed out, please try again later");

        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Unknown>();
    }

    [Fact]
    public async Task A_cancelled_call_leaves_open_what_happened()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await desk.ArmAsync("timeout_after", "PLACE_ORDER");
        using var stop = new CancellationTokenSource();

        var place = session.PlaceAsync(order, stop.Token);
        await Eventually.True(async () => (await desk.LedgerAsync()).Length == 1, TimeSpan.FromSeconds(5), "the order is booked");
        await stop.CancelAsync();

        // What leaves a command as an exception is unknown to the host; it must not come back as "not sent".
        var outcome = await Record.ExceptionAsync(async () => (await place).ShouldBeOfType<OrderOutcome.Unknown>());
        (outcome is null or OperationCanceledException).ShouldBeTrue();
        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(1);
    }

    [Fact]
    public async Task An_order_that_is_refused_after_it_was_accepted_is_told_as_rejected()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await desk.ArmAsync("refuse_after_accept", "PLACE_ORDER");

        var accepted = (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();

        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId, accepted.BrokerOrderId), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report;
        report.Status.ShouldBe(OrderStatus.Rejected);
        report.RejectText.ShouldNotBeNullOrEmpty();
    }
}
