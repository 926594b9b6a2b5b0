using Npgsql;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>
/// Lists by what is rare or absent read one range of one index, in its order: a page costs the same however much there is besides.
/// </summary>
public sealed class ListPlanTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly (DateTimeOffset, Guid) Cursor = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Guid.Empty);

    [Theory]
    [InlineData("REJECTED", null, "orders_failed")]
    [InlineData("UNKNOWN", null, "orders_failed")]
    [InlineData("CANCELED", null, "orders_failed")]
    [InlineData(null, "GBPUSD", "orders_by_symbol")]
    public async Task Orders_are_found_by_the_index_of_what_is_asked_for(string? status, string? symbol, string index)
    {
        foreach (var before in new (DateTimeOffset, Guid)?[] { null, Cursor })
        {
            var filter = new OrderFilter(null, status, symbol, 50, before);
            var plan = await PlanAsync(OrderList.Sql(filter), parameters => OrderList.Add(parameters, filter));

            plan.ShouldContain(line => line.EndsWith($"using {index} on orders o"));
            plan.ShouldNotContain(line => line == "Sort");
        }
    }

    [Theory]
    [InlineData(500, null, "_tenant_id_status_received_at_id_idx")]
    [InlineData(422, null, "_tenant_id_status_received_at_id_idx")]
    [InlineData(null, 4, "_tenant_id_received_at_id_idx")]
    [InlineData(null, 5, "_tenant_id_received_at_id_idx")]
    public async Task Failures_of_the_log_are_found_by_their_index(int? status, int? hundreds, string index)
    {
        var plan = await PlanAsync(LogReads.Sql(new LogFilter(null, status, hundreds, null, null, null, 50)),
            parameters => parameters.AddWithValue(50));

        // Of each partition, under a name of its own.
        plan.ShouldContain(line => line.Contains($"{index} on "));
        plan.ShouldNotContain(line => line == "Sort" || line.StartsWith("Index Scan") && !line.Contains($"{index} on "));
    }

    private async Task<List<string>> PlanAsync(string sql, Action<NpgsqlParameterCollection> values)
    {
        await using var connection = await platform.Database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // An empty table is scanned whatever its indexes are, unless that is out of the question.
        await using (var session = new NpgsqlCommand(
            $"set local enable_seqscan = off; set local enable_bitmapscan = off; select set_config('app.tenant', '{Guid.NewGuid()}', true)",
            connection))
            await session.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand("explain (costs off) " + sql, connection);
        values(command.Parameters);
        List<string> lines = [];
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) lines.Add(rows.GetString(0).TrimStart(' ', '-', '>'));
        return lines;
    }
}
