using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary>What was sent through a person's channels, newest first.</summary>
internal static class Deliveries
{
    /// <param name="Status"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
    /// <param name="NextAt">When it is tried, or tried again.</param>
    internal sealed record View(
        Guid Id, Guid ChannelId, string Event, string Status, int Attempts, string? LastError, DateTimeOffset CreatedAt,
        DateTimeOffset? NextAt,
        DateTimeOffset? EndedAt);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        TenantContext tenant, TenantDb db, CancellationToken ct, Guid? channel_id = null, int? limit = null, string? cursor = null)
    {
        if (Paging.Check(limit, cursor) is { } fault) return fault;
        var size = limit ?? Paging.Default;
        Guid? before = cursor is null ? null : Guid.Parse(cursor);
        var items = await db.RunSqlAsync(connection => ReadAsync(tenant.User, channel_id, before, size + 1, connection, ct), ct);
        return items.Count > size
            ? TypedResults.Ok(new Page<View>(items[..size], items[size - 1].Id.ToString()))
            : TypedResults.Ok(new Page<View>(items, null));
    }

    private static async Task<List<View>> ReadAsync(
        UserId user, Guid? channel, Guid? before, int count, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select m.id, m.channel_id, m.event, m.ended_at, m.delivered, m.attempts, m.last_error, m.created_at, m.due_at
            from delivery.channels c join outgoing.messages m on m.channel_id = c.id
            where c.user_id = $1 and ($2::uuid is null or c.id = $2) and ($3::uuid is null or m.id < $3) order by m.id desc limit $4
            """, connection);
        command.Parameters.AddWithValue(user.Value);
        command.Parameters.AddId(channel);
        command.Parameters.AddId(before);
        command.Parameters.AddWithValue(count);
        List<View> deliveries = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            deliveries.Add(new View(row.GetGuid(0), row.GetGuid(1), row.GetString(2),
                row.IsDBNull(3) ? "waiting" : row.GetBoolean(4) ? "delivered" : "failed", row.GetInt32(5), row.TextOrNull(6),
                row.GetFieldValue<DateTimeOffset>(7), row.TimeOrNull(8), row.TimeOrNull(3)));
        return deliveries;
    }
}
