using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>
/// What an account costs of the gateway's limits, with the limits kept as the host keeps them and a clock that tests move.
/// </summary>
public sealed class LimitsTests
{
    private static readonly string[] Searches = ["Order/search", "Order/searchOpen", "Position/searchOpen", "Trade/search",
        "Account/search"];

    [Fact]
    public async Task Seven_round_trips_with_an_order_each_four_seconds_wait_for_nothing()
    {
        await using var stage = await Stage.OpenAsync();
        var before = stage.Reads().Length;
        for (var order = 0; order < 14; order++)
        {
            if (order % 2 == 0) await stage.EnterAsync("MES1!");
            else await stage.ExitAsync("MES1!");
            await stage.Desk.PassAsync(TimeSpan.FromSeconds(4));
        }

        stage.Limits.Waits.ShouldBe(0);
        (await Desk.StateAsync(stage.Session)).Positions.ShouldBeEmpty();
        stage.Reads().Skip(before).Count(read => read.Class is RequestClass.Query)
            .ShouldBeLessThan(45, "of the 80 a minute that there are for everybody");
    }

    [Fact]
    public async Task Ten_round_trips_in_one_go_wait_for_nothing()
    {
        await using var stage = await Stage.OpenAsync();
        for (var trip = 0; trip < 10; trip++)
        {
            await stage.EnterAsync("MES1!");
            await stage.ExitAsync("MES1!");
        }

        stage.Limits.Waits.ShouldBe(0);
        (await Desk.StateAsync(stage.Session)).Positions.ShouldBeEmpty();
        (await stage.Desk.LedgerAsync()).Length.ShouldBe(20);
    }

    [Fact]
    public async Task An_entry_costs_one_read_and_an_exit_three()
    {
        await using var stage = await Stage.OpenAsync();
        var before = stage.Reads();

        await stage.EnterAsync("MES1!");
        stage.Reads().Skip(before.Length).Select(read => read.Path).ShouldBe(["Position/searchOpen"]);
        before = stage.Reads();
        await stage.ExitAsync("MES1!");

        // What is open, the legs that the close may have left, and the state after it.
        stage.Reads().Skip(before.Length).ShouldBe(
            [(RequestClass.ExitQuery, "Position/searchOpen"), (RequestClass.ExitQuery, "Order/searchOpen"),
                (RequestClass.Query, "Position/searchOpen")]);
    }

    [Fact]
    public async Task An_account_at_rest_costs_no_more_than_twenty_five_reads_a_minute()
    {
        await using var stage = await Stage.OpenAsync();
        var before = stage.Reads().Length;

        for (var minute = 0; minute < 3 * 60; minute += 20)
        {
            await stage.Desk.PassAsync(TimeSpan.FromSeconds(20));
            await Desk.StateAsync(stage.Session);
        }

        (stage.Reads().Length - before).ShouldBeInRange(3 * 15, 3 * 25);
    }

    /// <summary>An account that is served as the host serves it.</summary>
    private sealed class Stage(Desk desk, HostLimits limits, IBrokerConnector session, Watcher watcher) : IAsyncDisposable
    {
        public Desk Desk => desk;
        public HostLimits Limits => limits;
        public IBrokerConnector Session => session;

        public static async Task<Stage> OpenAsync()
        {
            var clock = new DeskClock();
            var desk = await Desk.OpenAsync(clock: clock);
            var limits = new HostLimits(clock);
            desk.Http.Limits = limits;
            var session = await desk.ConnectAsync();
            var watcher = new Watcher(session);
            await Eventually.True(() => watcher.Updates.Any(update => update is AccountUpdate.Snapshot), TimeSpan.FromSeconds(10),
                "the first look");
            // A look of its own follows when the link has lived for a while, and the connecting is forgotten after a minute.
            await desk.PassAsync(TimeSpan.FromSeconds(62));
            await Desk.InstrumentAsync(session);
            await Desk.StateAsync(session);
            await desk.PassAsync(TimeSpan.FromSeconds(1));
            return new Stage(desk, limits, session, watcher);
        }

        public (RequestClass Class, string Path)[] Reads() =>
            [.. desk.Http.Sent.Select(sent => (sent.Class, Path: sent.Path["/api/".Length..])).Where(sent => Searches.Contains(sent.Path))];

        /// <summary>As the host does it: sent, watched until it is filled, and the account read after it.</summary>
        public async Task EnterAsync(string symbol)
        {
            var order = await desk.OrderAsync(session, quantity: 1, symbol: symbol);
            (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>();
            var sent = new OrderKey { ClientOrderId = order.ClientOrderId, SentAt = desk.Now };
            (await desk.WhileTimePassesAsync(session.FindOrderAsync(sent, default))).ShouldBeOfType<OrderLookup.Found>()
                .Report.Status.ShouldBe(OrderStatus.Filled);
            await desk.WhileTimePassesAsync(Desk.StateAsync(session));
        }

        /// <summary>As the host does it: what is open is read, closed, and the account read after it.</summary>
        public async Task ExitAsync(string symbol)
        {
            var open = (await session.GetStateAsync(new StateWindow { IsForExit = true, PositionsOnly = true }, default))
                .Positions.ShouldHaveSingleItem();
            var order = await desk.OrderAsync(session, quantity: 1, symbol: symbol);
            var closed = await desk.WhileTimePassesAsync(session.ClosePositionAsync(desk.Close(open, order), default));
            closed.ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull().Status.ShouldBe(OrderStatus.Filled);
            await desk.WhileTimePassesAsync(Desk.StateAsync(session));
        }

        public async ValueTask DisposeAsync()
        {
            await watcher.DisposeAsync();
            await desk.DisposeAsync();
        }
    }
}
