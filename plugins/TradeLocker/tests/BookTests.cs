using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

/// <summary>Columns, history pages, lags, limits and the stream.</summary>
public sealed class BookTests
{
    [Theory]
    [InlineData("columnsShuffled")]
    [InlineData("columnsExtended")]
    [InlineData("rowsAsObjects")]
    public async Task A_brands_own_layout_changes_nothing(string layout)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new Dictionary<string, bool> { [layout] = true });
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);

        var (position, order) = await desk.PositionAsync(session, "EURUSD", quantity: 0.5m, stopLoss: 1.08m, takeProfit: 1.11m);

        (position.Quantity, position.AveragePrice, position.StopLoss, position.TakeProfit, position.BrokerSymbol).ShouldBe(
            (0.5m, 1.09m, 1.08m, 1.11m, "EURUSD"));
        (await session.GetAccountAsync(CancellationToken.None)).Balance.ShouldBe(50_000m);
        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report.FilledQuantity.ShouldBe(0.5m);
        (await session.ClosePositionAsync(desk.Close(position, order), CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();
    }

    [Fact]
    public async Task A_layout_that_changes_under_a_session_is_read_again_and_never_misread()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { columnsExtended = true });
        var session = await desk.ConnectAsync();
        await desk.PositionAsync(session, "EURUSD");
        await desk.SwitchAsync(new { columnsExtended = false });

        (await Should.ThrowAsync<ConnectorException>(() => Desk.StateAsync(session))).Kind.ShouldBe(ConnectorErrorKind.Transient);

        (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(0.1m);
    }

    [Fact]
    public async Task A_failed_read_is_never_flat()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PositionAsync(session, "EURUSD");
        foreach (var endpoint in new[] { "GET_POSITIONS", "GET_ORDERS", "GET_ACCOUNTS_STATE", "GET_EXECUTIONS" })
        {
            foreach (var fault in new[] { "http_500_before", "html_200", "garbage_200_after", "empty_200_after", "half_body_after", "429" })
            {
                await desk.ArmAsync(fault, endpoint);
                await Should.ThrowAsync<ConnectorException>(() => Desk.StateAsync(session), $"{fault} at {endpoint}");
                await Eventually.True(async () => await Record.ExceptionAsync(() => Desk.StateAsync(session)) is null,
                    TimeSpan.FromSeconds(5), "the next read works");
            }
        }
    }

    [Fact]
    public async Task An_order_that_history_does_not_show_yet_is_known_by_its_position()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { historyLagMs = 60_000 });
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        var id = (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;

        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId, id), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report;

        (report.BrokerOrderId, report.Status, report.FilledQuantity).ShouldBe((id, OrderStatus.Filled, 0.1m));
        // Without the broker's id nobody knows which order it was; but it is there, so it is not absent.
        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId, secondsAgo: 30), CancellationToken.None))
            .ShouldBe(new OrderLookup.Absent(false));
    }

    [Fact]
    public async Task History_is_read_page_by_page()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { historyPage = 5 });
        var session = await desk.ConnectAsync();
        var first = await desk.OrderAsync(session, "EURUSD", quantity: 0.01m);
        await session.PlaceAsync(first, CancellationToken.None);
        for (var i = 0; i < 14; i++)
        {
            // More orders in one millisecond than a page holds could not be paged by time, and the answer would rightly not be conclusive.
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            await Eventually.True(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() > now, TimeSpan.FromSeconds(1), "the clock goes on");
            await session.PlaceAsync(await desk.OrderAsync(session, "EURUSD", quantity: 0.01m), CancellationToken.None);
        }

        (await session.FindOrderAsync(Desk.Key(first.ClientOrderId), CancellationToken.None)).ShouldBeOfType<OrderLookup.Found>();
        (await session.FindOrderAsync(Desk.Key("tf-never-sent", secondsAgo: 30), CancellationToken.None))
            .ShouldBe(new OrderLookup.Absent(true));
        (await desk.CallsAsync("GET_ORDERS_HISTORY")).ShouldBeGreaterThan(6);
    }

    [Fact]
    public async Task The_brokers_limits_are_kept()
    {
        await using var desk = await Desk.OpenAsync(limits: true);
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        await session.PlaceAsync(order, CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => i % 2 == 0
            ? Desk.StateAsync(session) : (Task)session.FindOrderAsync(Desk.Key(order.ClientOrderId), CancellationToken.None)));
        await Task.WhenAll(Desk.StateAsync(session), session.FindOrderAsync(Desk.Key(order.ClientOrderId), CancellationToken.None));

        desk.Http.Limits["GET_POSITIONS"].Permits.ShouldBe(1);
        desk.Http.Limits["QUOTES_HISTORY"].Per.ShouldBeGreaterThan(TimeSpan.FromSeconds(59));
        (await desk.AnswersAsync(429)).ShouldBe(0);
        (await desk.CallsAsync("GET_POSITIONS")).ShouldBeLessThan(5, "who waits for the same thing shares it");
    }

    [Fact]
    public async Task The_stream_begins_with_a_snapshot_and_shows_what_happens_at_the_broker()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var updates = session.StreamAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        async Task<BrokerState> NextAsync() => (await updates.MoveNextAsync())
            ? updates.Current.ShouldBeOfType<AccountUpdate.Snapshot>().State : throw new InvalidOperationException("the stream has ended");

        (await NextAsync()).Positions.ShouldBeEmpty();
        await session.PlaceAsync(await desk.OrderAsync(session, "EURUSD"), CancellationToken.None);
        (await NextAsync()).Positions.Count.ShouldBe(1);

        var account = (await desk.LogInAsync()).ShouldBeOfType<ConnectOutcome.Connected>().Accounts[0].Id;
        await desk.PostAsync("positions", new { account = long.Parse(account,
            System.Globalization.CultureInfo.InvariantCulture), symbol = "XAUUSD", side = "sell", qty = 0.1 });
        var seen = await NextAsync();
        seen.Positions.Count.ShouldBe(2);
        seen.Positions.Single(position => position.BrokerSymbol == "XAUUSD").ClientOrderId.ShouldBeNull();
    }
}
