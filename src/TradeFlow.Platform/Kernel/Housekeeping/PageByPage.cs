using NpgsqlTypes;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>
/// Runs a statement over a table from its first page to its last, a few pages at a time: it needs no index, reads a page once, and holds
/// its rows for the moment of one piece.
/// </summary>
internal sealed class PageByPage(Database database, TimeProvider clock)
{
    private const long Pages = 250;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="relation">The table, or the partition, whose pages are counted.</param>
    /// <param name="statement">
    /// With <c>ctid &gt;= $1 and ctid &lt; $2</c> in its condition, and conditions that leave no other partition.
    /// </param>
    /// <param name="values"><c>$3</c> and on.</param>
    /// <param name="ct">Ends it between two pieces.</param>
    /// <returns>The rows that were changed.</returns>
    public async Task<long> RunAsync(string relation, string statement, object[] values, CancellationToken ct)
    {
        var (changed, pages) = (0L, await PagesAsync(relation, ct));
        for (var page = 0L; page < pages; page += Pages)
        {
            if (page > 0) await Task.Delay(Pause, clock, ct);
            await using var command = database.System.CreateCommand(statement);
            command.Parameters.AddWithValue(NpgsqlDbType.Tid, new NpgsqlTid((uint)page, 0));
            command.Parameters.AddWithValue(NpgsqlDbType.Tid, new NpgsqlTid((uint)Math.Min(page + Pages, uint.MaxValue), 0));
            foreach (var value in values) command.Parameters.AddWithValue(value);
            changed += await command.ExecuteNonQueryAsync(ct);
        }
        return changed;
    }

    // What is added meanwhile is new, and needs no sweeping.
    private async Task<long> PagesAsync(string relation, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select pg_relation_size($1::regclass) / current_setting('block_size')::bigint");
        command.Parameters.AddWithValue(NpgsqlDbType.Text, relation);
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }
}
