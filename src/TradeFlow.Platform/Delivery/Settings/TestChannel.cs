using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Delivery.Sending;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary>Sends a test through a channel, whatever its quiet hours, once, and says what came of it.</summary>
internal static class TestChannel
{
    private const int MostInAMinute = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    internal sealed record Request(Guid? ChannelId);

    /// <param name="Delivered"><c>null</c>: it is under way; the list of deliveries tells how it ends.</param>
    internal sealed record Answer(Guid Id, bool? Delivered, string? Error);

    internal static async Task<Results<Ok<Answer>, Accepted<Answer>, ProblemHttpResult>> Handle(
        Request request, TenantContext tenant, TenantDb db, Outbox outbox, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (request.ChannelId is not { } channel) return Problem.Invalid("channel_id", "Name the channel to test.");
        var now = clock.GetUtcNow();
        var id = NewId.At(clock);
        var (found, recent) = await db.RunSqlAsync(connection => AddAsync(id, channel, now, tenant, outbox, connection, ct), ct);
        if (!found) return Problem.NotFound();
        if (recent >= MostInAMinute)
        {
            http.Response.Headers.RetryAfter = "60";
            return Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
                $"At most {MostInAMinute} tests are sent in a minute.");
        }
        for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < Patience; await Task.Delay(Look, clock, ct))
            if (await db.RunSqlAsync(connection => FindAsync(id, connection, ct), ct) is { } ended) return TypedResults.Ok(ended);
        return TypedResults.Accepted("/api/user/notification_settings/deliveries", new Answer(id, null, null));
    }

    private static async Task<(bool Found, long Recent)> AddAsync(
        Guid id, Guid channel, DateTimeOffset now, TenantContext tenant, Outbox outbox, NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var command = new NpgsqlCommand("""
            select exists (select from delivery.channels where id = $1 and user_id = $2),
                (select count(*) from outgoing.messages m join delivery.channels c on c.id = m.channel_id
                 where c.user_id = $2 and m.event = $3 and m.created_at > $4)
            """, connection))
        {
            command.Parameters.AddWithValue(channel);
            command.Parameters.AddWithValue(tenant.User.Value);
            command.Parameters.AddWithValue(ChannelEvent.Test);
            command.Parameters.AddWithValue(now - TimeSpan.FromMinutes(1));
            await using var row = await command.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            if (!row.GetBoolean(0) || row.GetInt64(1) >= MostInAMinute) return (row.GetBoolean(0), row.GetInt64(1));
        }
        var message = new ChannelMessage(id, ChannelEvent.Test, ChannelEvent.Test, "info",
            "This is a test. Messages of TradeFlow reach you here.", now, null, null);
        await outbox.AddAsync(new OutgoingMessage
        {
            Id = id, Tenant = tenant.Tenant, Channel = channel, Kind = ChannelSender.MessageKind, Event = ChannelEvent.Test,
                Payload = message.ToJson(), Once = true,
        }, connection, ct);
        return (true, 0);
    }

    private static async Task<Answer?> FindAsync(Guid id, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select delivered, last_error from outgoing.messages where id = $1 and ended_at is not null", connection);
        command.Parameters.AddWithValue(id);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new Answer(id, row.GetBoolean(0), row.TextOrNull(1)) : null;
    }
}
