using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Live.Notices;

/// <summary>The notifications of a tenant. Read by one is read by all: but for a few, they are about accounts, not about people.</summary>
internal static class NotificationEndpoints
{
    /// <param name="Ids">Which; all that are unread when missing.</param>
    internal sealed record ReadRequest(Guid[]? Ids);

    internal sealed record ReadAnswer(int Read);

    internal static async Task<Results<Ok<Page<Notice>>, ProblemHttpResult>> List(
        TenantContext tenant, TenantDb db, CancellationToken ct, int? limit = null, string? cursor = null, bool? unread = null)
    {
        if (Paging.Check(limit, cursor) is { } fault) return fault;
        Guid? before = cursor is null ? null : Guid.Parse(cursor);
        var size = limit ?? Paging.Default;
        var items = await db.RunSqlAsync(connection => ReadAsync(connection, tenant.User, before, unread ?? false, size + 1, ct), ct);
        return items.Count > size
            ? TypedResults.Ok(new Page<Notice>(items[..size], items[size - 1].Id.ToString()))
            : TypedResults.Ok(new Page<Notice>(items, null));
    }

    internal static async Task<Ok<ReadAnswer>> MarkRead(
        ReadRequest? request, TenantContext tenant, TenantDb db, TimeProvider clock, CancellationToken ct)
    {
        var read = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand("""
                update live.notifications set read_at = $1
                where read_at is null and ($2::uuid[] is null or id = any ($2)) and (user_id is null or user_id = $3)
                """, connection);
            command.Parameters.AddWithValue(clock.GetUtcNow());
            command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, request?.Ids);
            command.Parameters.AddWithValue(tenant.User.Value);
            return await command.ExecuteNonQueryAsync(ct);
        }, ct);
        return TypedResults.Ok(new ReadAnswer(read));
    }

    // Version 7 ids sort by their time: the id alone is the cursor.
    private static async Task<List<Notice>> ReadAsync(
        NpgsqlConnection connection, UserId user, Guid? before, bool unread, int count, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select id, at, severity, kind, text, data, read_at from live.notifications
            where ($1::uuid is null or id < $1) and (not $2 or read_at is null) and (user_id is null or user_id = $4) order by id desc limit $3
            """, connection);
        command.Parameters.AddId(before);
        command.Parameters.AddWithValue(unread);
        command.Parameters.AddWithValue(count);
        command.Parameters.AddWithValue(user.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Notice> notices = [];
        while (await reader.ReadAsync(ct))
            notices.Add(new Notice
            {
                Id = reader.GetGuid(0),
                At = reader.GetFieldValue<DateTimeOffset>(1),
                Severity = reader.GetString(2),
                Kind = reader.GetString(3),
                Text = reader.GetString(4),
                Data = reader.IsDBNull(5) ? null : JsonElement.Parse(reader.GetString(5)),
                ReadAt = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
            });
        return notices;
    }
}
