using NpgsqlTypes;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>A part of a table: one month of a partitioned one.</summary>
internal sealed record Month(string Relation, DateTimeOffset Begins, DateTimeOffset Ends);

/// <summary>The partitions of a table that is partitioned by time.</summary>
internal sealed class Months(Database database)
{
    public async Task<List<Month>> ListAsync(string table, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select month::text, begins, ends from kernel.months_of($1::regclass) order by begins");
        command.Parameters.AddWithValue(NpgsqlDbType.Text, table);
        List<Month> months = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            months.Add(new Month(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2)));
        return months;
    }

    /// <summary>Drops the oldest month of which all is older.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> DropOldestAsync(string table, DateTimeOffset before, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select kernel.drop_month($1::regclass, $2)");
        command.Parameters.AddWithValue(NpgsqlDbType.Text, table);
        command.Parameters.AddWithValue(before);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
