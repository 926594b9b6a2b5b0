using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Insights.Figures;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Insights;

/// <summary>What a figure reads: one range of one index, which is the tenant's trades of the time that is asked for and nothing
/// else.</summary>
public sealed class YearPlanTests(InsightsRig rig) : IClassFixture<InsightsRig>
{
    [Fact]
    public async Task A_month_is_read_as_a_month_however_much_there_is_besides()
    {
        var people = new[] { await Person.SignUpAsync(rig), await Person.SignUpAsync(rig) };
        foreach (var person in people)
            await rig.ExecuteAsync($"""
                insert into insights.trades (id, tenant_id, account_id, broker, symbol, side, qty, entry_at, entry_price, exit_at, exit_price, gross_pnl, fees, net_pnl, currency, turned)
                select gen_random_uuid(), '{person.TenantId}', '{await rig.AddAccountAsync(person)}', 'paper', 'MES', 'BUY', 1, at - interval '5 minutes', 1, at, 1, 1, 0, 1, 'USD', 0
                from generate_series('2026-01-01T00:00:00Z'::timestamptz, '2026-12-31T00:00:00Z', interval '1 hour') at
                """);
        await rig.ExecuteAsync("vacuum analyze insights.trades");
        var filter = new TradeFilter(new DateOnly(2026, 6, 1), new DateOnly(2026, 6, 30), null, null, null, null);

        await using var connection = await rig.Platform.Database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var tenant = new NpgsqlCommand($"select set_config('app.tenant', '{people[0].TenantId}', true)",
            connection)) await tenant.ExecuteNonQueryAsync();
        var days = await TradingDays.OfAsync(new TenantId(people[0].TenantId), DateTimeOffset.UtcNow, connection, CancellationToken.None);
        await using var explain = new NpgsqlCommand("explain (analyze, format json) " + TradeReads.SumsSql("symbol"), connection);
        filter.Bind(explain.Parameters, days);
        var plan = (string)(await explain.ExecuteScalarAsync())!; // explain tells one plan

        using var json = JsonDocument.Parse(plan);
        // A plain scan of the index, or its rows first and then their pages.
        var nodes = Nodes(json.RootElement[0].GetProperty("Plan")).ToList();
        nodes.Where(node => node.TryGetProperty("Index Name", out _)).Select(node => node.GetProperty("Index Name").GetString())
            .ShouldBe(["trades_by_exit"], plan);
        var scan = nodes.Where(node => node.TryGetProperty("Relation Name", out _)).ShouldHaveSingleItem(plan);
        scan.GetProperty("Node Type").GetString().ShouldNotBe("Seq Scan", plan);
        scan.GetProperty("Actual Rows").GetDouble().ShouldBe(30 * 24);
        (scan.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetInt32() : 0).ShouldBe(0, plan);
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement node) =>
        node.TryGetProperty("Plans", out var children) ? children.EnumerateArray().SelectMany(Nodes).Prepend(node) : [node];
}
