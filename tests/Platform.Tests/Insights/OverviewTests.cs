using System.Text.Json;
using TradeFlow.Platform.Insights.Equity;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Insights;

public sealed class OverviewTests(InsightsRig rig) : IClassFixture<InsightsRig>
{
    [Fact]
    public async Task Amounts_are_told_by_currency_and_risk_to_the_stops()
    {
        var person = await Person.SignUpAsync(rig);
        var (dollars, euros) = (await rig.AddAccountAsync(person, "Dollars"), await rig.AddAccountAsync(person, "Euros", "EUR"));
        await rig.AddAccountAsync(await Person.SignUpAsync(rig), "Somebody else's");
        await person.SendAsync(HttpMethod.Put, "/api/user/risk_config", new { max_daily_loss = 500, max_trades_per_day = 10,
            max_open_trades = 3 }, person.AccessToken);
        // 2 contracts, 10 points to the stop at 50 a point; a short whose stop is in profit; one that nobody has a price of.
        await OpenAsync(person, dollars, "P1", "BUY", 2, 100, now: 99, pnl: -100, stop: "89");
        await OpenAsync(person, dollars, "P2", "SELL", 1, 100, now: 90, pnl: 500, stop: "null");
        // In a symbol that no instrument is known of, the profit tells what a point is worth.
        await OpenAsync(person, euros, "P3", "SELL", 1, 1.10m, now: 1.09m, pnl: 900, stop: "1.095", symbol: "EURUSD");

        var overview = (await person.GetAsync("/api/overview")).Json;

        var eur = overview.GetProperty("by_currency")[0];
        var usd = overview.GetProperty("by_currency")[1];
        Of(eur).ShouldBe(("EUR", 10_000m, 10_000m, 900m, 900m, 450m, 1, 0));
        Of(usd).ShouldBe(("USD", 10_000m, 10_000m, 400m, 400m, 1000m, 2, 1));
        var limits = overview.GetProperty("limits");
        limits.GetProperty("open_positions").ShouldSatisfyAllConditions(used => used.GetProperty("used").GetInt32().ShouldBe(3), used =>
            used.GetProperty("limit").GetInt32().ShouldBe(3));
        limits.GetProperty("daily_loss")[1].ShouldSatisfyAllConditions(used => used.GetProperty("used").GetDecimal().ShouldBe(0), used =>
            used.GetProperty("limit").GetDecimal().ShouldBe(500));
        overview.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("name").GetString())
            .ShouldBe(["Dollars", "Euros"]);
    }

    [Fact]
    public async Task An_account_that_is_not_heard_for_a_minute_is_late()
    {
        var person = await Person.SignUpAsync(rig);
        var (fresh, late, down) = (await rig.AddAccountAsync(person), await rig.AddAccountAsync(person), await rig.AddAccountAsync(person));
        await rig.ExecuteAsync($"update accounts.accounts set last_sync = now() - interval '61 seconds' where id = '{late}'");
        await rig.ExecuteAsync(
            $"update accounts.accounts set status = 'offline', status_reason = 'The terminal is silent.' where id = '{down}'");

        var overview = (await person.GetAsync("/api/overview")).Json;

        overview.GetProperty("accounts").EnumerateArray().ToDictionary(account => account.GetProperty("id").GetGuid(), account =>
            account.GetProperty("health").GetString())
            .ShouldBe(new Dictionary<Guid, string?> { [fresh] = "ok", [late] = "late", [down] = "offline" }, ignoreOrder: true);
        overview.GetProperty("health").GetProperty("late").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void The_curve_adds_accounts_up_and_falls_only_with_what_is_lost()
    {
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        var start = DateTimeOffset.Parse("2026-11-02T00:00:00Z");

        var points = EquityEndpoint.OfSnapshots(
        [
            At(0, one, 1000), At(1, one, 900), At(2, two, 500), At(3, two, 450), At(4, one, 1100), At(5, two, 0) with { IsGone = true },
                At(6, one, 1080),
        ]);

        points.Select(point => (point.Equity, point.Drawdown)).ShouldBe(
            [(1000m, 0m), (900m, 100m), (1400m, 100m), (1350m, 150m), (1550m, 0m), (1100m, 0m), (1080m, 20m)]);

        EquityEndpoint.Snapshot At(int hours, Guid account, decimal equity) => new(account, start.AddHours(hours), "USD", equity, equity,
            false, false);
    }

    private static (string?, decimal, decimal, decimal, decimal, decimal, int, int) Of(JsonElement row) =>
        (row.GetProperty("currency").GetString(), row.GetProperty("equity").GetDecimal(), row.GetProperty("balance").GetDecimal(),
            row.GetProperty("floating_pnl").GetDecimal(),
            row.GetProperty("today_pnl").GetDecimal(), row.GetProperty("open_risk").GetDecimal(),
                row.GetProperty("open_positions").GetInt32(), row.GetProperty("positions_without_stop").GetInt32());

    private Task OpenAsync(Person person, Guid account, string key, string side, int qty, decimal entry, decimal now, decimal pnl,
        string stop, string symbol = "MES") => rig.ExecuteAsync(
        FormattableString.Invariant($"""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, current_price, pnl, stop_loss,
                opened_at, updated_at)
            values (gen_random_uuid(), '{person.TenantId}', '{account}', 'paper', '{key}', '{symbol}', '{symbol}', '{side}', {qty}, {entry}, {now}, {pnl}, {stop}, now(), now())
            """));
}
