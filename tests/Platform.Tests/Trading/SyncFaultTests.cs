using System.Diagnostics;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// Fills and positions while PostgreSQL fails: once, at each round trip in turn. The loops come again, as they do in a worker; afterwards
/// the tables tell the truth.
/// </summary>
public sealed class SyncFaultTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly string[] Writes = ["_position(", "_positions(", "update trading.", "add_fills(", "settle_orders("];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostgreSQL_that_fails_once_wherever_it_may_leaves_the_truth(bool committed)
    {
        await using var postgres = FaultyPostgres.Before(platform);
        await using var rig = await TradingRig.StartAsync(platform, run: false, settings: postgres.Settings(platform));
        var at = 0;
        while (await new Story(rig, postgres, platform).RunAsync(at, committed)) at++;

        at.ShouldBeGreaterThan(committed ? 10 : 20, "round trips of the story");
    }

    /// <summary>
    /// Two positions by hand and one of ours, which opens at the broker before it has told its id; one is closed in part by us and then by
    /// hand, one by its stop.
    /// </summary>
    private sealed class Story(TradingRig rig, FaultyPostgres postgres, PlatformFixture platform)
    {
        private readonly DateTimeOffset start = DateTimeOffset.UtcNow;
        private readonly List<FillReport> fills = [];
        private TestAccount account = null!; // set first in RunAsync
        private Lane lane = null!; // set first in RunAsync

        /// <returns>False when it has fewer round trips than that.</returns>
        public async Task<bool> RunAsync(int at, bool committed)
        {
            account = await rig.AccountAsync();
            var served = await rig.Get<WorkerAccounts>().ListServableAsync([account.Id.Value], default);
            using var own = lane = new Lane(served.Single(one => one.Account.AccountId == account.Id).Account, 1);
            var went = false;
            await lane.Turns.RunAsync(async () => went = await GoAsync(at, committed));
            return went;
        }

        private async Task<bool> GoAsync(int at, bool committed)
        {
            var close = await OrderAsync("close", "GBPUSD.R", "BUY", 1, $"'SENDING', 'b', 2");
            var entry = await OrderAsync("open", "EURUSD.R", "BUY", 3, "'WORKING', null, null");
            // A read that was heard and not answered is a read that was not heard.
            var fault = postgres.BreakAt(
                at, committed, text => !committed || Writes.Any(part => text.Contains(part, StringComparison.Ordinal)));

            Fill("fa", "oa", "EURUSD.R", Side.Buy, 1, "a", fees: 1);
            Fill("fb", "ob", "GBPUSD.R", Side.Sell, 2, "b", fees: 1);
            await ReadAsync(Position("a", "EURUSD.R", Side.Buy, 1, -10), Position("b", "GBPUSD.R", Side.Sell, 2, -20));
            await ReadAsync(Position("a", "EURUSD.R", Side.Buy, 1, -15), Position("b", "GBPUSD.R", Side.Sell, 2, -22));

            var part = new Settlement(OrderRow.Filled) { BrokerOrderId = "oc", Filled = 1, AvgPrice = 1.1m, Pnl = -20, Taken = true };
            await rig.Get<Aftermath>().TellAsync(lane, await rig.Get<SendOnce>().SettleAsync(close, part));
            await UntilDoneAsync(() => rig.Get<OrderSync>().ApplyAsync(lane, new OrderReport
            {
                BrokerOrderId = "oe", ClientOrderId = entry.ClientOrderId, BrokerSymbol = "EURUSD.R", Side = Side.Buy,
                Status = OrderStatus.Filled, Quantity = 3, FilledQuantity = 3, AveragePrice = 1.09m,
            }, default));
            var ours = await ScalarAsync<Guid>($"select id from trading.positions where order_id = '{entry.Id}'");

            Fill("fb1", "oc", "GBPUSD.R", Side.Buy, 1, "b", pnl: -21);
            Fill("fe", "oe", "EURUSD.R", Side.Buy, 3, null, fees: 1);
            var entered = Position("e", "EURUSD.R", Side.Buy, 3, 5) with { ClientOrderId = entry.ClientOrderId };
            await ReadAsync(Position("b", "GBPUSD.R", Side.Sell, 1, -10), entered);
            Fill("fa1", "os", "EURUSD.R", Side.Sell, 1, "a", pnl: -30);
            await ReadAsync(Position("b", "GBPUSD.R", Side.Sell, 1, -10), entered);
            var gone = Position("b", "GBPUSD.R", Side.Sell, 0, 0);
            await UntilDoneAsync(() => rig.Get<PositionSync>().ApplyAsync(lane, gone, closed: true, Stopwatch.GetTimestamp(), default));
            Fill("fb2", "oh", "GBPUSD.R", Side.Buy, 1, "b", pnl: -9);
            await ReadAsync(entered);
            await ReadAsync(entered);

            var where = $"round trip {at}, {(committed ? "committed" : "not heard")}: {fault.Text}";
            (await AskAsync<string>("string_agg(broker_fill_id, ' ' order by broker_fill_id)", "fills"))
                .ShouldBe("fa fa1 fb fb1 fb2 fe", where);
            (await AskAsync<long>("count(order_id)", "fills")).ShouldBe(2, where);
            const string position = "concat_ws(' ', broker_position_id, status, trim_scale(qty), trim_scale(realized_pnl))";
            (await AskAsync<string>($"string_agg({position}, ', ' order by broker_position_id)", "positions"))
                .ShouldBe("a CLOSED 1 -30, b CLOSED 1 -30, e OPEN 3", where);
            (await AskAsync<Guid>("(array_agg(id) filter (where status = 'OPEN'))[1]", "positions")).ShouldBe(ours, where);
            (await AskAsync<string>("string_agg(concat_ws(' ', action, status, trim_scale(pnl)), ', ' order by action)", "orders"))
                .ShouldBe("close FILLED -21, open FILLED", where);
            // What was earned net, the fees of the entries among it, and what is open.
            (await ScalarAsync<decimal>($"select risk.measure('loss_of_day', '{account.Tenant}', now() - interval '1 hour', 'USD')"))
                .ShouldBe(30 + 21 + 9 - 5, where);
            var booked = lane.Book.Open.Values.ShouldHaveSingleItem();
            (booked.Id, booked.Key).ShouldBe((ours, "e"), where);
            return fault.IsMet;
        }

        private void Fill(
            string id, string order, string symbol, Side side, decimal qty, string? position, decimal? fees = null, decimal? pnl = null) =>
            fills.Add(new FillReport
            {
                BrokerFillId = id, BrokerOrderId = order, BrokerSymbol = symbol, Side = side, Quantity = qty, Price = 1.09m,
                BrokerPositionId = position, Fees = fees, RealizedPnl = pnl, At = DateTimeOffset.UtcNow,
            });

        private PositionReport Position(string id, string symbol, Side side, decimal qty, decimal floating) => new()
        {
            BrokerPositionId = id, BrokerSymbol = symbol, Side = side, Quantity = qty, AveragePrice = 1.09m, CurrentPrice = 1.09m,
            UnrealizedPnl = floating, OpenedAt = start,
        };

        // One complete reading, as the sync of an account applies it.
        private Task ReadAsync(params PositionReport[] positions) => UntilDoneAsync(async () =>
        {
            var session = new AccountSession(account.Id, account.Tenant, rig.Broker.Of(account.Id), rig.Broker.Manifest);
            var (begunAt, begun) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
            var state = new BrokerState { At = begun, OpenOrders = [], Positions = positions, Fills = [.. fills] };
            await rig.Get<OrderSync>().ApplyAsync(lane, state.Fills, default);
            await rig.Get<PositionSync>().ApplyAsync(lane, session, state, begunAt, default);
            await rig.Get<OrderSync>().ApplyAsync(lane, session, state, begun.AddMinutes(-1), default);
        });

        private static async Task UntilDoneAsync(Func<Task> step)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await step();
                    return;
                }
                catch (NpgsqlException) when (attempt < 3)
                {
                    // The loop that does this comes again.
                }
            }
        }

        private async Task<OrderRow> OrderAsync(string action, string symbol, string side, decimal qty, string statusPositionAndQty)
        {
            var id = Guid.CreateVersion7();
            var intent = new TradeIntent { Action = action == "open" ? TradeAction.Open : TradeAction.Close, Symbol = symbol[..6] };
            await rig.SqlAsync($"""
                insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, broker_symbol,
                                            side, type, qty, status, broker_position_id, position_qty, broker_order_id, created_at, sent_at,
                                            valid_until)
                select '{id}', '{account.Tenant}', '{account.Id}', 'scripted',
                       coalesce((select max(seq) from trading.orders where account_id = '{account.Id}'), 0) + 1,
                       '{action}-{id}', '{action}', '{intent.ToJson()}', '{symbol[..6]}', '{symbol}', '{side}',
                       'MARKET', {qty}, {statusPositionAndQty}, {(action == "open" ? "'oe'" : "null")}, now(), now(), now()
                """);
            return await rig.Orders.FindAsync(id, default) ?? throw new InvalidOperationException("no such order");
        }

        private Task<T> AskAsync<T>(string what, string table) =>
            ScalarAsync<T>($"select {what} from trading.{table} where account_id = '{account.Id}'");

        // By the straight way: the fault is for the worker alone.
        private async Task<T> ScalarAsync<T>(string sql)
        {
            await using var command = platform.Database.System.CreateCommand(sql);
            return (T)(await command.ExecuteScalarAsync())!;
        }
    }
}
