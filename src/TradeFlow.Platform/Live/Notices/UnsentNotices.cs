using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Live.Notices;

/// <summary>The notifications as they are to leave the house.</summary>
[OpenToModules]
internal sealed class UnsentNotices
{
    /// <summary>Takes the oldest, in the caller's transaction: rolled back, they are there again.</summary>
    public async Task<List<UnsentNotice>> TakeAsync(int most, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with due as (select id from live.notifications where not sent_out order by at limit $1 for update skip locked)
            update live.notifications n set sent_out = true from due where n.id = due.id
            returning n.id, n.tenant_id, n.user_id, n.at, n.severity, n.kind, n.text, n.data, n.accounts
            """, connection);
        command.Parameters.AddWithValue(most);
        List<UnsentNotice> taken = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            taken.Add(new UnsentNotice(row.GetGuid(0), new TenantId(row.GetGuid(1)), row.GuidOrNull(2) is { } user ? new UserId(user)
                : null,
                row.GetFieldValue<DateTimeOffset>(3), row.GetString(4), row.GetString(5), row.GetString(6),
                row.IsDBNull(7) ? null : JsonElement.Parse(row.GetString(7)),
                row.IsDBNull(8) ? null : row.GetFieldValue<Guid[]>(8)));
        return [.. taken.OrderBy(notice => notice.At).ThenBy(notice => notice.Id)];
    }
}
