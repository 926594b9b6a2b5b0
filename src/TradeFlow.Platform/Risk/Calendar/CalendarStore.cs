using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>risk.calendar_events and risk.calendar_sources: one calendar for all tenants.</summary>
internal sealed class CalendarStore(Database database)
{
    public async Task<List<CalendarEvent>> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await using var command = database.App.CreateCommand(
            "select source, id, title, currency, impact, at, all_day, forecast, previous from risk.calendar_events where at >= $1 and at < $2 order by at, currency, title, source");
        command.Parameters.AddWithValue(from.ToUniversalTime());
        command.Parameters.AddWithValue(to.ToUniversalTime());
        await using var row = await command.ExecuteReaderAsync(ct);
        List<CalendarEvent> events = [];
        while (await row.ReadAsync(ct))
            events.Add(new CalendarEvent(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.GetFieldValue<DateTimeOffset>(5), row.GetBoolean(6), TextAt(row, 7), TextAt(row, 8)));
        return events;
    }

    public async Task<List<CalendarSource>> SourcesAsync(CancellationToken ct)
    {
        await using var command = database.App.CreateCommand(
            "select source, fetched_at, covers_from, covers_to, complete, address, etag, problem, tried_at from risk.calendar_sources order by source");
        await using var row = await command.ExecuteReaderAsync(ct);
        List<CalendarSource> sources = [];
        while (await row.ReadAsync(ct))
            sources.Add(new CalendarSource(row.GetString(0), Time(1), Time(2), Time(3), row.GetBoolean(4), TextAt(row, 5), TextAt(row, 6),
                TextAt(row, 7), Time(8)));
        return sources;

        DateTimeOffset Time(int column) => row.GetFieldValue<DateTimeOffset>(column);
    }

    /// <summary>
    /// Puts a reading in the place of the last one: what was moved or called off is gone with it. What lies before the time that it covers
    /// stays.
    /// </summary>
    public async Task ReplaceAsync(
        string source, CalendarSnapshot snapshot, string? address, string? etag, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var delete = new NpgsqlCommand("delete from risk.calendar_events where source = $1 and at >= $2", connection))
        {
            delete.Parameters.AddWithValue(source);
            delete.Parameters.AddWithValue(snapshot.CoversFrom);
            await delete.ExecuteNonQueryAsync(ct);
        }
        foreach (var entry in snapshot.Events) await AddAsync(entry, connection, ct);
        await using (var note = new NpgsqlCommand("""
            insert into risk.calendar_sources (source, fetched_at, covers_from, covers_to, complete, address, etag, tried_at) values ($1, $2, $3, $4, $5, $6, $7, $2)
            on conflict (source) do update set fetched_at = excluded.fetched_at, covers_from = excluded.covers_from, covers_to = excluded.covers_to, complete = excluded.complete,
                address = excluded.address, etag = excluded.etag, tried_at = excluded.tried_at, problem = null
            """, connection))
        {
            note.Parameters.AddWithValue(source);
            note.Parameters.AddWithValue(now);
            note.Parameters.AddWithValue(snapshot.CoversFrom);
            note.Parameters.AddWithValue(snapshot.CoversTo);
            note.Parameters.AddWithValue(snapshot.Complete);
            note.Parameters.AddText(address);
            note.Parameters.AddText(etag);
            await note.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }

    /// <summary>The feed says that it has not changed.</summary>
    public Task ConfirmAsync(string source, DateTimeOffset now, CancellationToken ct) =>
        ExecuteAsync("update risk.calendar_sources set fetched_at = $2, tried_at = $2, problem = null where source = $1", ct, source, now);

    /// <summary>The last good reading stays; a source that never was read is noted as one that covers nothing.</summary>
    public Task FailedAsync(string source, string address, string problem, DateTimeOffset now, CancellationToken ct) => ExecuteAsync("""
        insert into risk.calendar_sources (source, fetched_at, covers_from, covers_to, complete, address, problem, tried_at) values ($1, 'epoch', 'epoch', 'epoch', false, $3, $4, $2)
        on conflict (source) do update set problem = excluded.problem, tried_at = excluded.tried_at
        """, ct, source, now, address, problem);

    public Task ForgetAsync(string source, CancellationToken ct) =>
        ExecuteAsync(
            "with events as (delete from risk.calendar_events where source = $1) delete from risk.calendar_sources where source = $1", ct,
            source);

    internal static async Task AddAsync(CalendarEvent entry, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand("""
            insert into risk.calendar_events (source, id, title, currency, impact, at, all_day, forecast, previous) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            on conflict (source, id) do update set title = excluded.title, at = excluded.at, impact = excluded.impact
            """, connection);
        insert.Parameters.AddWithValue(entry.Source);
        insert.Parameters.AddWithValue(entry.Id);
        insert.Parameters.AddWithValue(entry.Title);
        insert.Parameters.AddWithValue(entry.Currency);
        insert.Parameters.AddWithValue(entry.Impact);
        insert.Parameters.AddWithValue(entry.At.ToUniversalTime());
        insert.Parameters.AddWithValue(entry.AllDay);
        insert.Parameters.AddText(entry.Forecast);
        insert.Parameters.AddText(entry.Previous);
        await insert.ExecuteNonQueryAsync(ct);
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.System.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static string? TextAt(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
