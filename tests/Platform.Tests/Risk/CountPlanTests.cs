using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tests.Risk;

/// <summary>
/// What the counts of the rules read, as PostgreSQL itself says (auto_explain inside the functions, so with the plans that run in
/// production): the same at ten thousand and at a million rows. They run under the tenant's turn: for what one reads, all entries wait.
/// </summary>
public sealed class CountPlanTests(LongHistory history) : IClassFixture<LongHistory>
{
    // Pages of 8 KiB for what LongHistory has of today, and rows, each as often as it is read. A look into an index costs its height (3
    // pages at a million rows, fewer where it holds the open or the waiting only) and each row its page; rows of one day share a page.
    //   trades_ever     the tenant's counter, entries in flight
    //   trades_of_day   trades of the day, entries in flight
    //   open_positions  open positions, entries in flight twice, those filled lately, and for each of five entries its position
    //   loss_of_day     fills, whether one of them tells a profit, positions open and closed, accounts twice, and for each of four
    // positions
    //                   its fills and its closes
    private static readonly Dictionary<string, (decimal Value, int Pages, int Rows)> Expected = new()
    {
        ["trades_ever"] = (9, 4, 5), ["trades_of_day"] = (9, 6, 11), ["open_positions"] = (7, 28, 22), ["loss_of_day"] = (170, 44, 11),
    };

    [Fact]
    public async Task A_count_reads_what_it_counts_however_long_the_history_is()
    {
        var few = await ReadAllAsync(LongHistory.Few);
        await history.GrowAsync();
        Reading[] all = [.. few, .. await ReadAllAsync(LongHistory.Many)];

        var told = string.Join("\n", [.. all.Select(reading => reading.Told), .. all.SelectMany(reading => reading.Plans)]);
        foreach (var reading in all)
        {
            var (value, pages, rows) = Expected[reading.Measure];
            reading.Value.ShouldBe(value, told);
            reading.Pages.ShouldBeLessThanOrEqualTo(pages, told);
            reading.Rows.ShouldBeLessThanOrEqualTo(rows, told);
            string[] banned = ["Seq Scan", "Bitmap", "\"JIT\""];
            reading.Plans.ShouldAllBe(plan => !banned.Any(plan.Contains), told);
        }
    }

    private async Task<List<Reading>> ReadAllAsync(int size)
    {
        List<Reading> readings = [];
        foreach (var role in (string[])[Database.SystemRole, Database.AppRole])
        {
            await using var connection = await history.OpenOwnerAsync();
            foreach (var measure in Expected.Keys)
                readings.Add(await ReadAsync(connection, role, measure) with { Told = $"{size} rows, {role}, {measure}: " });
        }
        return readings;
    }

    private static async Task<Reading> ReadAsync(NpgsqlConnection connection, string role, string measure)
    {
        List<string> plans = [];
        void Listen(object sender, NpgsqlNoticeEventArgs told) => plans.Add(told.Notice.MessageText);
        connection.Notice += Listen;
        await RunAsync($"""
            load 'auto_explain';
            set auto_explain.log_analyze = on; set auto_explain.log_buffers = on; set auto_explain.log_timing = off;
            set auto_explain.log_nested_statements = on; set auto_explain.log_format = json; set auto_explain.log_min_duration = 0;
            set client_min_messages = log;
            """);
        // With what the first calls read besides, to make the plans, out of the way.
        object? value = null;
        for (var call = 0; call < 3; call++)
        {
            plans.Clear();
            await using var transaction = await connection.BeginTransactionAsync();
            await RunAsync($"set local role {role}; select set_config('app.tenant', '{LongHistory.Trader}', true)");
            await using var count = new NpgsqlCommand("select risk.measure($1, $2, now() - interval '12 hours', 'USD')", connection);
            count.Parameters.AddWithValue(measure);
            count.Parameters.AddWithValue(LongHistory.Trader);
            value = await count.ExecuteScalarAsync();
            await transaction.CommitAsync();
        }
        connection.Notice -= Listen;
        // A statement that only calls the functions is shown with what they read once more.
        var own = plans.Where(plan => plan.Contains("trading.")).Select(plan => plan[plan.IndexOf('{')..]);
        return Reading.Of(measure, (decimal)value!, [.. own]); // a measure is a number

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private sealed record Reading(string Measure, decimal Value, int Pages, int Rows, string[] Plans)
    {
        public static Reading Of(string measure, decimal value, string[] plans)
        {
            var (pages, rows) = (0, 0);
            foreach (var plan in plans)
            {
                using var json = JsonDocument.Parse(plan);
                var root = json.RootElement.GetProperty("Plan");
                pages += root.GetProperty("Shared Hit Blocks").GetInt32() + root.GetProperty("Shared Read Blocks").GetInt32();
                rows += RowsOf(root);
            }
            return new Reading(measure, value, pages, rows, plans);
        }

        // What the scans found, with what they threw away. A bitmap's rows are those of the scan above it.
        private static int RowsOf(JsonElement node)
        {
            var rows = node.TryGetProperty(nameof(Plans), out var children) ? children.EnumerateArray().Sum(RowsOf) : 0;
            var type = node.GetProperty("Node Type").GetString() ?? "";
            if (!type.EndsWith("Scan", StringComparison.Ordinal) || type == "Bitmap Index Scan") return rows;
            var removed = node.TryGetProperty("Rows Removed by Filter", out var filtered) ? filtered.GetInt32() : 0;
            var loops = node.GetProperty("Actual Loops").GetInt32();
            return rows + (int)Math.Ceiling((node.GetProperty("Actual Rows").GetDouble() + removed) * loops);
        }

        public string Told { get => $"{field}{Value}, {Pages} pages, {Rows} rows"; init; } = "";
    }
}
