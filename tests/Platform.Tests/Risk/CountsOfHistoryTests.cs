using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

/// <summary>
/// What the rules count is what a recount of the whole history gives, whatever came in which order: trades over several days in accounts of
/// two currencies, with fills that tell a profit, that do not, or that tell it later, and positions that are closed or resized meanwhile.
/// </summary>
public sealed class CountsOfHistoryTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task Counts_are_those_of_a_recount_after_any_operations(int seed, bool fillsTell)
    {
        var random = new Random(seed);
        var trader = await MakeAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var trade = 0; trade < 25; trade++) await TradeAsync(trader, random, fillsTell);
            if (fillsTell) await TellLaterAsync(trader, random);
            await CloseSomeAsync(trader, random);
            var book = await BookAsync(trader);
            foreach (var hours in new[] { 0, 1, 13, 26, 47, 1000 })
            {
                var since = now.AddHours(-hours).AddSeconds(random.Next(-9, 9));
                foreach (var currency in new[] { "USD", "EUR", "GBP" })
                    (await CountAsync("loss_of_day", trader, since, currency))
                        .ShouldBe(book.Loss(since, currency), $"the loss in {currency} since {hours} h");
                (await CountAsync("trades_of_day", trader, since, "USD")).ShouldBe(book.Trades(since), $"trades since {hours} h");
            }
            (await CountAsync("open_positions", trader, now, "USD")).ShouldBe(book.Places(), "open positions");
        }
    }

    private async Task<Trader> MakeAsync()
    {
        var trader = new Trader(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await RunAsync($"""
            insert into tenancy.tenants (id, slug, name) values ('{trader.Tenant}', '{trader.Tenant}', 'Test');
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
            select id, '{trader.Tenant}', gen_random_uuid(), 'paper', 'Test', 'demo', id::text, currency, 'active'
            from (values ('{trader.Dollars}'::uuid, 'USD'), ('{trader.Euros}'::uuid, 'EUR')) a (id, currency);
            """);
        return trader;
    }

    // An entry with its position, if it has one already, and the closes of it. Few positions have names, so that brokers use some again.
    private async Task TradeAsync(Trader trader, Random random, bool fillsTell)
    {
        var account = random.Next(3) == 0 ? trader.Euros : trader.Dollars;
        var (position, entry) = (Guid.NewGuid(), Guid.NewGuid());
        var name = $"P{random.Next(40)}";
        var opened = now.AddSeconds(-random.Next(1, 60 * 3600));
        var isOpen = random.Next(4) == 0;
        var closed = opened.AddSeconds((now - opened).TotalSeconds * random.NextDouble());
        string[] states = ["FILLED", "FILLED", "FILLED", "PARTIALLY_FILLED", "UNKNOWN", "SENDING", "PENDING", "WORKING", "REJECTED"];
        var status = states[random.Next(states.Length)];
        var booked = status is "FILLED" && random.Next(3) > 0;
        List<string> sql = [];
        sql.Add($"""
            insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, broker_symbol, side, type, qty, status,
                broker_position_id, counted_as_trade, booked, created_at, sent_at, answered_at, settled_at, valid_until)
            values ('{entry}', '{trader.Tenant}', '{account}', 'paper', {trader.Next()}, '{entry}', 'open', '{"{}"}', 'EURUSD', 'EURUSD', 'BUY', 'MARKET', 1, '{status}',
                {(random.Next(2) == 0 ? $"'{name}'" : "null")}, {status is not ("REJECTED" or "PENDING" or "SENDING")}, {booked}, {At(opened)}, {At(opened)}, {At(opened)},
                {At(random.Next(2) == 0 ? now.AddHours(1) : opened)}, now())
            """);
        if (random.Next(5) > 0)
        {
            sql.Add($"""
                insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, pnl, status,
                    opened_at, closed_at, realized_pnl, updated_at, order_id)
                select '{position}', '{trader.Tenant}', '{account}', 'paper', '{name}', 'EURUSD', 'EURUSD', 'BUY', 2, 1, {random.Next(-90, 90)},
                    '{(isOpen ? "OPEN" : "CLOSED")}', {At(opened)}, {(isOpen ? "null" : At(closed))}, {(isOpen ? "null" : random.Next(-90, 90))}, now(), '{entry}'
                where not exists (select from trading.positions where account_id = '{account}' and broker_position_id = '{name}' and status = 'OPEN')
                """);
            for (var closes = random.Next(3); closes > 0; closes--) Close(sql, trader, random, account, name, opened, fillsTell);
        }
        await RunAsync(string.Join(";\n", sql));
    }

    private void Close(List<string> sql, Trader trader, Random random, Guid account, string name, DateTimeOffset opened, bool fillsTell)
    {
        var (id, at) = (Guid.NewGuid(), opened.AddSeconds((now - opened).TotalSeconds * random.NextDouble()));
        sql.Add($"""
            insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, broker_symbol, side, type, qty, filled_qty,
                position_qty, status, broker_order_id, broker_position_id, pnl, created_at, sent_at, answered_at, settled_at, valid_until)
            values ('{id}', '{trader.Tenant}', '{account}', 'paper', {trader.Next()}, '{id}', 'close', '{"{}"}', 'EURUSD', 'EURUSD', 'SELL', 'MARKET', 1, 1,
                {random.Next(1, 3)}, 'FILLED', {(random.Next(4) == 0 ? "null" : $"'b{id}'")}, '{name}', {random.Next(-90, 90)}, {At(at)}, {At(at)}, {At(at)}, {At(at)}, now())
            """);
        if (!fillsTell || random.Next(3) == 0) return;
        var pnl = random.Next(2) == 0 ? "null" : $"{random.Next(-90, 90)}";
        sql.Add($"select count(*) from trading.add_fills('{trader.Tenant}', '{account}', array['f{id}'], array['b{id}'], array['{name}'], array['EURUSD'], array[true], " +
            $"array['SELL'], array[1.0], array[1.1], array[1.0], array[{pnl}]::numeric[], array[{At(at)}])");
    }

    // The broker tells profits that it did not tell before, and larger costs.
    private Task TellLaterAsync(Trader trader, Random random) => RunAsync($"""
        select count(*) from (select f.* from trading.fills f where tenant_id = '{trader.Tenant}' order by broker_fill_id limit {random.Next(5, 20)}) f,
            lateral trading.add_fills(f.tenant_id, f.account_id, array[f.broker_fill_id], array[f.broker_order_id], array[f.broker_position_id], array[f.symbol], array[true],
                array[f.side], array[f.qty], array[f.price], array[f.fees + 1], array[coalesce(f.pnl, 7) - 1], array[f.at])
        """);

    private Task CloseSomeAsync(Trader trader, Random random) => RunAsync($"""
        select count(*) from (select id from trading.positions where tenant_id = '{trader.Tenant}' and status = 'OPEN' order by id limit {random.Next(1, 5)}) p,
            lateral trading.close_position(p.id, null, null)
        """);

    private async Task<decimal> CountAsync(string measure, Trader trader, DateTimeOffset since, string currency)
    {
        await using var command = platform.Database.System.CreateCommand("select risk.measure($1, $2, $3, $4)");
        command.Parameters.AddWithValue(measure);
        command.Parameters.AddWithValue(trader.Tenant);
        command.Parameters.AddWithValue(since);
        command.Parameters.AddWithValue(currency);
        return (decimal)(await command.ExecuteScalarAsync())!; // a measure is a number
    }

    private async Task RunAsync(string sql)
    {
        await using var command = platform.Database.System.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Book> BookAsync(Trader trader) => new(
        await ListAsync(
            "select o.*, a.currency from trading.orders o join accounts.accounts a on a.id = o.account_id where o.tenant_id = $1", trader),
        await ListAsync(
            "select p.*, a.currency from trading.positions p join accounts.accounts a on a.id = p.account_id where p.tenant_id = $1",
            trader),
        await ListAsync(
            "select f.*, a.currency from trading.fills f join accounts.accounts a on a.id = f.account_id where f.tenant_id = $1", trader));

    private async Task<List<Row>> ListAsync(string sql, Trader trader)
    {
        await using var command = platform.Database.System.CreateCommand(sql);
        command.Parameters.AddWithValue(trader.Tenant);
        await using var reader = await command.ExecuteReaderAsync();
        List<Row> rows = [];
        while (await reader.ReadAsync())
            rows.Add(new Row(Enumerable.Range(0, reader.FieldCount)
                .ToDictionary(reader.GetName, at => reader.IsDBNull(at) ? null : reader.GetValue(at))));
        return rows;
    }

    private static string At(DateTimeOffset time) => $"'{time.UtcDateTime:O}'::timestamptz";

    private sealed record Trader(Guid Tenant, Guid Dollars, Guid Euros)
    {
        private int seq;

        public int Next() => ++seq;
    }

    private sealed class Row(Dictionary<string, object?> values)
    {
        public string? Text(string name) => values[name]?.ToString();
        public decimal Number(string name) => (decimal?)values[name] ?? 0;
        public bool Has(string name) => values[name] is not null;
        public bool Is(string name) => (bool)values[name]!;
        public DateTimeOffset At(string name) => new((DateTime)values[name]!);
        public bool IsOf(Row other) => Text("account_id") == other.Text("account_id") && Has("broker_position_id")
            && Text("broker_position_id") == other.Text("broker_position_id");
    }

    // The rules of docs/limits.md, said once more over everything there ever was.
    private sealed class Book(List<Row> orders, List<Row> positions, List<Row> fills)
    {
        private static readonly TimeSpan Nearly = TimeSpan.FromSeconds(5);
        private readonly List<Row> entries = [.. orders.Where(order => order.Text("action") == "open")];

        public decimal Loss(DateTimeOffset since, string currency) =>
            -fills.Where(fill => fill.Text("currency") == currency && fill.At("at") >= since).Sum(fill => fill.Number("pnl"))
            - positions.Where(position => position.Text("currency") == currency).Sum(position => Pnl(position, since));

        public decimal Trades(DateTimeOffset since) =>
            entries.Count(entry => entry.At("created_at") >= since && (entry.Is("counted_as_trade") || IsOnItsWay(entry)));

        public decimal Places() => positions.Count(IsOpen) + entries.Count(entry => entry.Text("status") switch
        {
            "PENDING" or "SENDING" or "UNKNOWN" or "WORKING" => true,
            "PARTIALLY_FILLED" => !IsShown(entry),
            "FILLED" => entry.At("settled_at") > DateTimeOffset.UtcNow.AddSeconds(-60) && !IsShown(entry),
            _ => false,
        });

        private static bool IsOpen(Row position) => position.Text("status") == "OPEN";

        private static bool IsOnItsWay(Row entry) => entry.Text("status") is "PENDING" or "SENDING" or "UNKNOWN";

        private bool IsShown(Row entry) => entry.Is("booked") || positions.Any(position => entry.Has("broker_position_id")
            ? position.IsOf(entry)
            : position.Text("account_id") == entry.Text("account_id") && position.At("opened_at") >= entry.At("sent_at").AddSeconds(-30));

        private decimal Pnl(Row position, DateTimeOffset since)
        {
            if (!IsOpen(position) && position.At("closed_at") < since) return 0;
            var from = position.At("opened_at") - Nearly;
            var closes =
                orders.Where(order => order.Text("action") == "close" && order.IsOf(position) && order.At("created_at") >= from).ToList();
            var today = closes.Where(close => close.At("answered_at") >= since).ToList();
            var isTold = fills.Any(fill => fill.IsOf(position) && fill.Has("pnl") && fill.At("at") >= from);
            var realised = isTold
                ? today.Where(close => !close.Is("pnl_by_fills") && close.Has("broker_order_id")).Sum(close => close.Number("pnl"))
                : IsOpen(position) ? today.Sum(close => close.Number("pnl"))
                : position.Number("realized_pnl") - closes.Except(today).Sum(close => close.Number("pnl"));
            var isGone = closes.Any(close => close.Number("qty") >= close.Number("position_qty"));
            return realised + (IsOpen(position) && !isGone ? position.Number("pnl") : 0);
        }
    }
}
