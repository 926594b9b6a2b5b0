using Npgsql;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>Every partitioned table has its months for ever, and no row is lost or out of sight on the way there.</summary>
public sealed class MonthlyPartitionTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly DateTimeOffset FirstMonth =
        new(DateTimeOffset.UtcNow.Year, DateTimeOffset.UtcNow.Month, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ShiftedClock clock = new();

    [Fact]
    public async Task Each_partitioned_table_has_this_month_and_the_next_two_however_the_months_pass()
    {
        var tables = await PartitionedTablesAsync();
        tables.ShouldContain("alerts.webhooks_log");
        tables.ShouldContain("trading.order_events");

        for (var month = 0; month < 18; month++)
        {
            await RunAsync(FirstMonth.AddMonths(month).AddDays(20));

            foreach (var table in tables)
                for (var ahead = 0; ahead < 3; ahead++)
                    (await MonthsAsync(table)).ShouldContain(FirstMonth.AddMonths(month + ahead), $"{table} in month {month}");
        }
    }

    [Fact]
    public async Task A_new_partitioned_table_is_cared_for_without_being_named()
    {
        await OwnerAsync("create table live.fresh (at timestamptz not null) partition by range (at)");

        await RunAsync(FirstMonth.AddDays(3));

        (await MonthsAsync("live.fresh")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_table_that_is_partitioned_in_another_way_is_not_passed_over()
    {
        await OwnerAsync("create table live.listed (broker text not null) partition by list (broker)");
        try
        {
            await Should.ThrowAsync<PostgresException>(() => RunAsync(FirstMonth.AddMonths(30)));

            // And holds up no other.
            (await MonthsAsync("alerts.webhooks_log")).ShouldContain(FirstMonth.AddMonths(32));
            (await MonthsAsync("trading.order_events")).ShouldContain(FirstMonth.AddMonths(32));
        }
        finally
        {
            await OwnerAsync("drop table live.listed");
        }
    }

    [Fact]
    public async Task What_fell_into_the_default_partition_goes_to_its_month_and_is_seen_all_the_time()
    {
        // Nobody has cared for three months; many rows are of one moment; and more come while they are moved.
        var now = FirstMonth.AddMonths(60).AddDays(9);
        await InsertAsync(now.AddMonths(-2), 9_000, apart: "4 minutes");
        await InsertAsync(now.AddMonths(-1), 6_000, apart: "0");
        await InsertAsync(now.AddDays(-1), 6_000, apart: "10 seconds");
        (await CountAsync(inDefault: true)).ShouldBe(21_000);
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            var seen = 21_000L;
            while (!stop.IsCancellationRequested)
            {
                await InsertAsync(now, 1, apart: "0");
                var count = await CountAsync(inDefault: false);
                count.ShouldBe(++seen);
            }
            return seen;
        });

        await RunAsync(now);

        await stop.CancelAsync();
        var all = await watching;
        (await CountAsync(inDefault: false)).ShouldBe(all);
        (await CountAsync(inDefault: true)).ShouldBe(0);
        var months = await MonthsAsync("trading.order_events");
        for (var month = -2; month <= 2; month++) months.ShouldContain(FirstMonth.AddMonths(60 + month));
        await InsertAsync(now, 1, apart: "0");
        (await CountAsync(inDefault: true)).ShouldBe(0);
    }

    [Fact]
    public async Task The_application_can_neither_make_nor_drop_a_partition()
    {
        string[] calls = ["make_month('trading.order_events', '2050-01-01Z', 1)", "drop_month('trading.order_events', now())"];
        foreach (var call in calls)
        {
            await using var command = platform.Database.App.CreateCommand($"select kernel.{call}");
            var refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteScalarAsync());
            refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    // As a migration makes it.
    private Task OwnerAsync(string sql) =>
        PlatformFixture.ExecuteAsync(platform.OwnerConnection, $"set role {TestServers.Owner.Name}; {sql}");

    private async Task RunAsync(DateTimeOffset at)
    {
        clock.MoveTo(at);
        await new MonthlyPartitions(platform.Database, clock).RunAsync(CancellationToken.None);
    }

    private async Task InsertAsync(DateTimeOffset from, int rows, string apart)
    {
        await using var command = platform.Database.System.CreateCommand($"""
            insert into trading.order_events (tenant_id, order_id, at, kind)
            select gen_random_uuid(), gen_random_uuid(), $1 + n * interval '{apart}', 'test' from generate_series(1, {rows}) n
            """);
        command.Parameters.AddWithValue(from);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> CountAsync(bool inDefault)
    {
        var where = inDefault ? "and tableoid = 'trading.order_events_other'::regclass" : "";
        await using var command = platform.Database.System.CreateCommand(
            $"select count(*) from trading.order_events where kind = 'test' {where}");
        return (long)(await command.ExecuteScalarAsync())!; // count(*) is never null
    }

    private async Task<List<string>> PartitionedTablesAsync()
    {
        await using var command = platform.Database.System.CreateCommand("select partrelid::regclass::text from pg_partitioned_table");
        List<string> tables = [];
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) tables.Add(row.GetString(0));
        return tables;
    }

    private async Task<List<DateTimeOffset>> MonthsAsync(string table) =>
        [.. (await new Months(platform.Database).ListAsync(table, CancellationToken.None)).Select(month => month.Begins)];
}
