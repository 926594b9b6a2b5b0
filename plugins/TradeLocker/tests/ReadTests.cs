using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

/// <summary>
/// How little is read for an order and an exit, with the broker's limits kept on a clock that stands still unless a test moves it:
/// whatever had to wait would never end.
/// </summary>
public sealed class ReadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DeskClock clock = new();

    [Fact]
    public async Task Three_orders_are_seen_filled_without_a_wait()
    {
        await using var desk = await Desk.OpenAsync(limits: true, clock: clock);
        var session = await desk.ConnectAsync();
        var model = await desk.OrderAsync(session, "EURUSD");

        for (var count = 0; count < 3; count++)
        {
            var order = model with { ClientOrderId = desk.NextId() };
            var id = (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;
            var report = (await session.FindOrderAsync(desk.SentNow(order.ClientOrderId, id), default).WaitAsync(Patience))
                .ShouldBeOfType<OrderLookup.Found>().Report;
            (report.BrokerOrderId, report.ClientOrderId, report.Status, report.FilledQuantity)
                .ShouldBe((id, order.ClientOrderId, OrderStatus.Filled, 0.1m));
            report.BrokerPositionId.ShouldNotBeNull();
        }

        // One a second of the one, two of the other.
        (await desk.CallsAsync("GET_ORDERS_HISTORY"), await desk.CallsAsync("GET_EXECUTIONS")).ShouldBe((1, 2));
        (await desk.AnswersAsync(429)).ShouldBe(0);
    }

    [Fact]
    public async Task An_exit_reads_the_positions_alone_and_its_fill_is_seen_without_a_wait()
    {
        await using var desk = await Desk.OpenAsync(limits: true, clock: clock);
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.0900m, 1.0900m);
        var order = await desk.OrderAsync(session, "EURUSD", quantity: 1m);
        var id = (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;
        await session.FindOrderAsync(desk.SentNow(order.ClientOrderId, id), default);
        await desk.PriceAsync("EURUSD", 1.0950m, 1.0950m);

        var open = (await Desk.OpenPositionsAsync(session).WaitAsync(Patience)).Positions.ShouldHaveSingleItem();
        var closed = (await session.ClosePositionAsync(desk.Close(open, order), default).WaitAsync(Patience))
            .ShouldBeOfType<OrderOutcome.Accepted>();

        var report = closed.Report.ShouldNotBeNull();
        (report.Status, report.FilledQuantity, report.AveragePrice, report.RealizedPnl).ShouldBe((OrderStatus.Filled, 1m, 1.0950m, 500m));
        (await desk.CallsAsync("GET_POSITIONS"), await desk.CallsAsync("GET_ORDERS"), await desk.CallsAsync("GET_ACCOUNTS_STATE"))
            .ShouldBe((1, 0, 0));
    }

    [Fact]
    public async Task Fills_that_do_not_add_up_are_no_whole_order()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (_, whole) = await desk.PositionAsync(session, "EURUSD", quantity: 1m);
        // History is taken by this look, so that fills are the sooner.
        await session.FindOrderAsync(Desk.Key(whole.ClientOrderId), default);
        await desk.ArmAsync("partial_fill", "PLACE_ORDER", ratio: 0.5m);
        var part = await desk.OrderAsync(session, "EURUSD", quantity: 1m);
        var id = (await session.PlaceAsync(part, default)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;
        var looked = await desk.CallsAsync("GET_EXECUTIONS");

        var report = (await session.FindOrderAsync(Desk.Key(part.ClientOrderId, id), default)).ShouldBeOfType<OrderLookup.Found>().Report;

        (report.Status, report.FilledQuantity).ShouldBe((OrderStatus.Canceled, 0.5m));
        (await desk.CallsAsync("GET_EXECUTIONS")).ShouldBe(looked + 1);
    }

    [Fact]
    public async Task Seven_round_trips_beside_the_hosts_readings_are_each_seen_filled_before_an_alert_is_answered()
    {
        await using var desk = await Desk.OpenAsync(limits: true, clock: clock);
        var session = await desk.ConnectAsync();
        var model = await desk.OrderAsync(session, "EURUSD");
        var order = model;
        for (var number = 0; number < 14; number++)
        {
            var begun = clock.GetUtcNow();
            if (number % 2 == 0) await TakesAsync(desk, EnterAsync(desk, session, order = model with { ClientOrderId = desk.NextId() }));
            else await TakesAsync(desk, ExitAsync(desk, session, order));
            (clock.GetUtcNow() - begun).ShouldBeLessThan(TimeSpan.FromSeconds(2), $"order {number}");
            // At once after an order, and then at the pace of connector.json, whatever comes between.
            while (clock.GetUtcNow() - begun < TimeSpan.FromSeconds(4))
            {
                await TakesAsync(desk, Desk.StateAsync(session));
                await TakesAsync(desk, Task.Delay(TimeSpan.FromSeconds(1.5), clock));
            }
        }

        (await desk.AnswersAsync(429)).ShouldBe(0);
    }

    [Theory]
    [InlineData("GET_POSITIONS", "TradeLocker's limits are used up; a read still waits for its turn.")]
    [InlineData("GET_ACCOUNTS_STATE", "TradeLocker has asked for a pause.")]
    public async Task A_read_that_is_given_up_before_it_left_says_what_it_waited_for(string operation, string words)
    {
        await using var desk = await Desk.OpenAsync(clock: clock);
        var session = await desk.ConnectAsync();
        await desk.ArmAsync("429", operation, ms: 4_000);
        await Should.ThrowAsync<ConnectorException>(() => ReadAsync(default));
        using var host = new CancellationTokenSource();

        var read = ReadAsync(host.Token);
        await host.CancelAsync();

        var error = await Should.ThrowAsync<ConnectorException>(() => read.WaitAsync(Patience));
        (error.Kind, error.Message).ShouldBe((ConnectorErrorKind.RateLimited, words));

        Task ReadAsync(CancellationToken ct) => operation is "GET_POSITIONS"
            ? session.GetStateAsync(new StateWindow { IsForExit = true, PositionsOnly = true }, ct)
            : session.GetAccountAsync(ct);
    }

    [Fact]
    public async Task A_stream_that_is_ended_while_its_read_waits_ends_without_a_fault_of_the_broker()
    {
        await using var desk = await Desk.OpenAsync(clock: clock);
        var session = await desk.ConnectAsync();
        await desk.ArmAsync("429", "GET_POSITIONS", ms: 4_000);
        await Should.ThrowAsync<ConnectorException>(
            () => session.GetStateAsync(new StateWindow { IsForExit = true, PositionsOnly = true }, default));
        using var host = new CancellationTokenSource();
        await using var stream = session.StreamAsync(host.Token).GetAsyncEnumerator(default);

        var first = stream.MoveNextAsync().AsTask();
        await host.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => first.WaitAsync(Patience));
    }

    private static async Task EnterAsync(Desk desk, IBrokerConnector session, PlaceOrder order)
    {
        var id = (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;
        (await session.FindOrderAsync(desk.SentNow(order.ClientOrderId, id), default)).ShouldBeOfType<OrderLookup.Found>()
            .Report.Status.ShouldBe(OrderStatus.Filled);
    }

    private static async Task ExitAsync(Desk desk, IBrokerConnector session, PlaceOrder order)
    {
        var open = (await Desk.OpenPositionsAsync(session)).Positions.ShouldHaveSingleItem();
        (await session.ClosePositionAsync(desk.Close(open, order), default)).ShouldBeOfType<OrderOutcome.Accepted>()
            .Report.ShouldNotBeNull().Status.ShouldBe(OrderStatus.Filled);
    }

    // Time passes only while nothing is asked of the broker.
    private async Task TakesAsync(Desk desk, Task work)
    {
        for (var quiet = 0; !work.IsCompleted; quiet = desk.Http.InFlight == 0 ? quiet + 1 : 0)
        {
            if (quiet < 3)
            {
                await Task.WhenAny(work, Task.Delay(1));
                continue;
            }
            clock.Move(TimeSpan.FromMilliseconds(50));
            quiet = 0;
        }
        await work;
    }
}
