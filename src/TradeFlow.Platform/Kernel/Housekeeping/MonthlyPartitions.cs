using System.Runtime.ExceptionServices;
using Npgsql;
using NpgsqlTypes;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>
/// Makes the months of every partitioned table ahead of time, whichever tables the catalogue knows. Rows that fell into a default partition
/// are moved into their months, in pieces.
/// </summary>
internal sealed class MonthlyPartitions(Database database, TimeProvider clock) : IRecurringJob
{
    /// <summary>So many rows are moved at a time: writers of the table wait for that long.</summary>
    private const int Piece = 5_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    // A default partition that is large takes long to be looked through.
    private const int SecondsAtMost = 60;

    public string Name => "months of partitioned tables";

    public TimeSpan Every => TimeSpan.FromHours(1);

    public IReadOnlyList<string> Tables => [];

    public async Task<long> RunAsync(CancellationToken ct)
    {
        var pieces = 0L;
        ExceptionDispatchInfo? fault = null;
        foreach (var (table, month) in await MonthsAsync(ct))
        {
            try
            {
                for (; !await MakeAsync(table, month, ct); pieces++) await Task.Delay(Pause, clock, ct);
            }
            catch (PostgresException e)
            {
                // One table must not keep the others from their months.
                fault ??= ExceptionDispatchInfo.Capture(e);
            }
        }
        fault?.Throw();
        return pieces;
    }

    private async Task<List<(string Table, DateTimeOffset Month)>> MonthsAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select p.partrelid::regclass::text, m.month
            from pg_partitioned_table p cross join lateral kernel.months_to_make(p.partrelid, $1) m (month)
            """);
        command.CommandTimeout = SecondsAtMost;
        command.Parameters.AddWithValue(clock.GetUtcNow());
        List<(string, DateTimeOffset)> months = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) months.Add((row.GetString(0), row.GetFieldValue<DateTimeOffset>(1)));
        return months;
    }

    private async Task<bool> MakeAsync(string table, DateTimeOffset month, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select kernel.make_month($1::regclass, $2, $3)");
        command.CommandTimeout = SecondsAtMost;
        command.Parameters.AddWithValue(NpgsqlDbType.Text, table);
        command.Parameters.AddWithValue(month);
        command.Parameters.AddWithValue(Piece);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
