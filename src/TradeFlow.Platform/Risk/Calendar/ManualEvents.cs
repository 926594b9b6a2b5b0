using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>Events that an administrator adds and takes away, each with its row in the audit log.</summary>
internal sealed class ManualEvents(Database database, AuditLog audit)
{
    public async Task AddAsync(CalendarEvent added, TenantContext caller, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await CalendarStore.AddAsync(added, connection, ct);
        await audit.WriteAsync(caller.Tenant, caller.User, "calendar.event_added", added.Id, Told(null, added), connection, ct);
        await transaction.CommitAsync(ct);
    }

    /// <returns>False where there is no such event.</returns>
    public async Task<bool> RemoveAsync(string id, TenantContext caller, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await DeleteAsync(id, connection, ct) is not { } removed) return false;
        await audit.WriteAsync(caller.Tenant, caller.User, "calendar.event_removed", id, Told(removed, null), connection, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private static async Task<CalendarEvent?> DeleteAsync(string id, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "delete from risk.calendar_events where source = $1 and id = $2 returning title, currency, impact, at, all_day", connection);
        command.Parameters.AddWithValue(CalendarSources.Manual);
        command.Parameters.AddWithValue(id);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new CalendarEvent(CalendarSources.Manual, id, row.GetString(0), row.GetString(1), row.GetString(2),
                row.GetFieldValue<DateTimeOffset>(3), row.GetBoolean(4), null, null)
            : null;
    }

    private static string Told(CalendarEvent? before, CalendarEvent? after) =>
        JsonSerializer.Serialize(new { before = Facts(before), after = Facts(after) });

    private static object? Facts(CalendarEvent? entry) =>
        entry is null ? null : new { title = entry.Title, currency = entry.Currency, impact = entry.Impact, at = entry.At };
}
