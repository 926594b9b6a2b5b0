using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

/// <summary>
/// The real Api over the real recording transaction. What becomes of recorded orders the test says itself, through the functions that the
/// Worker calls.
/// </summary>
public sealed class RiskRig : WebhookRig
{
    /// <summary>Nobody settles orders here, and no test wants to wait two seconds for that.</summary>
    public const string TakenAtOnce = "status = 'FILLED', filled_qty = 1, avg_price = 1.09, broker_order_id = id::text, broker_position_id = id::text, counted_as_trade = true, sent_at = clock_timestamp(), answered_at = clock_timestamp(), settled_at = clock_timestamp()";

    internal async Task<Trader> NewAsync(object? limits = null, string desk = TakenAtOnce)
    {
        var trader = await NewTraderAsync(desk);
        if (limits is not null) await LimitAsync(trader, limits);
        return trader;
    }

    internal static async Task LimitAsync(Trader trader, object limits)
    {
        var answer = await trader.Person.SendAsync(HttpMethod.Put, "/api/user/risk_config", limits, trader.Person.AccessToken);
        ((int)answer.Status).ShouldBe(200, answer.ToString());
    }

    private static int number;

    /// <summary>An entry that repeats no other.</summary>
    internal static string Entry(string symbol = "EURUSD") =>
        $$$"""{"id":"e{{{Interlocked.Increment(ref number)}}}","intent":{"side":"buy","symbol":"{{{symbol}}}","qty":1}}""";

    internal static string Close() =>
        $$$"""{"id":"c{{{Interlocked.Increment(ref number)}}}","intent":{"action":"close","symbol":"EURUSD"}}""";

    /// <summary>Entries side by side, from as many connections, on the hosts in turn.</summary>
    internal static async Task<IReadOnlyList<Answer>> AtOnceAsync(int count, Func<int, (Trader Trader, HttpClient Http)> by) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(index =>
        {
            var (trader, http) = by(index);
            return trader.SendAsync($"/webhook/paper/{trader.Key}", Entry(), http: http);
        }));

    internal Task<Guid> NewestOrderAsync(Trader trader) =>
        ScalarAsync<Guid>($"select id from trading.orders where account_id = '{trader.Account}' order by seq desc limit 1");

    /// <summary>Claims an order and settles it, as a Worker does.</summary>
    internal Task SettleAsync(Guid order, string status, bool taken) => ExecuteAsSystemAsync(
        $"update trading.orders set status = 'SENDING', sent_at = clock_timestamp() where id = '{order}' and status = 'PENDING'",
        $"select trading.settle_order('{order}', '{status}', null, null, 'B-{order}', 'P-{order}', {(status == "FILLED" ? 1 : 0)}, 1.09, null, null, {(taken ? "true" : "false")}, 'test', null)");

    /// <summary>What the broker shows.</summary>
    internal Task PositionAsync(
        Trader trader, string broker, decimal floating = 0, string status = "OPEN", string closedAt = "null", string realized = "null") =>
        ExecuteAsSystemAsync($"""
        insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, pnl, status, opened_at, closed_at, realized_pnl, updated_at)
        values (gen_random_uuid(), '{trader.Person.TenantId}', '{trader.Account}', 'paper', '{broker}', 'EURUSD', 'EURUSD', 'BUY', 1, 1.09, {Number(floating)}, '{status}', now() - interval '2 days', {closedAt}, {realized}, now())
        """);

    /// <summary>A reading of the broker that begins now shows a position.</summary>
    internal Task ShowAsync(Trader trader, string broker) => ExecuteAsSystemAsync($"""
        select trading.show_position(gen_random_uuid(), '{trader.Person.TenantId}', '{trader.Account}', 'paper', '{broker}', null, 'EURUSD',
            'EURUSD', 'BUY', 1, 1.09, null, null, null, null, null, now(), '0 s')
        """);

    internal async Task ExecuteAsSystemAsync(params string[] statements)
    {
        foreach (var statement in statements)
        {
            await using var command = Platform.Database.System.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }

    internal static string Number(decimal value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static (int Status, string? Code, string Error) Told(Answer answer) =>
        ((int)answer.Status, answer.Code, answer.Json.TryGetProperty("error", out var error) ? error.GetString() ?? "" : "");
}
