using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Outgoing.Posting;

/// <summary>A message that this Worker sends now.</summary>
/// <param name="Sealed">Its payload.</param>
/// <param name="Attempts">With this one.</param>
/// <param name="BeginsAt">When it was first due.</param>
internal sealed record Taken(OutgoingMessage Message, byte[] Sealed, int Attempts, DateTimeOffset BeginsAt);

/// <summary><c>outgoing.messages</c> for the sender. An outcome counts for the attempt that it is of, and for no later one.</summary>
internal sealed class MessageStore(Database database, TimeProvider clock)
{
    // Longer than an attempt takes.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <param name="busy">Channels of which a message is on its way.</param>
    /// <param name="full">Tenants that have all the places that one may have.</param>
    public async Task<List<Taken>> TakeAsync(Guid[] busy, Guid[] full, IEnumerable<string> kinds, int most, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with due as (
                select id, coalesce(channel_id, id) as turn, due_at from outgoing.messages
                where due_at <= $1 and not coalesce(channel_id, id) = any ($3) and (tenant_id is null or not tenant_id = any ($4)) and kind = any ($5)
                order by due_at limit $6 for update skip locked),
            one as (select distinct on (turn) id from due order by turn, due_at, id)
            update outgoing.messages m set attempts = m.attempts + 1, due_at = $1 + $2 from one where m.id = one.id
            returning m.id, m.tenant_id, m.channel_id, m.kind, m.event, m.payload, m.once, m.attempts, m.begins_at
            """);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(Lease);
        command.Parameters.AddWithValue(busy);
        command.Parameters.AddWithValue(full);
        command.Parameters.AddWithValue(kinds.ToArray());
        command.Parameters.AddWithValue(most);
        List<Taken> taken = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var message = new OutgoingMessage
            {
                Id = row.GetGuid(0),
                Tenant = row.GuidOrNull(1) is { } tenant ? new TenantId(tenant) : null,
                Channel = row.GuidOrNull(2),
                Kind = row.GetString(3),
                Event = row.GetString(4),
                Payload = "",
                Once = row.GetBoolean(6),
            };
            taken.Add(new Taken(message, row.GetFieldValue<byte[]>(5), row.GetInt32(7), row.GetFieldValue<DateTimeOffset>(8)));
        }
        return taken;
    }

    public Task EndAsync(Taken taken, bool delivered, string? reason, CancellationToken ct) =>
        NoteAsync("due_at = null, payload = null, ended_at = $3, delivered = $4, last_error = $5", taken, command =>
        {
            command.Parameters.AddWithValue(clock.GetUtcNow());
            command.Parameters.AddWithValue(delivered);
            command.Parameters.AddText(reason);
        }, ct);

    public Task RetryAsync(Taken taken, DateTimeOffset next, string reason, CancellationToken ct) =>
        NoteAsync("due_at = $3, last_error = $4", taken, command =>
        {
            command.Parameters.AddWithValue(next);
            command.Parameters.AddText(reason);
        }, ct);

    /// <summary>No attempt was made.</summary>
    public Task PostponeAsync(Taken taken, DateTimeOffset until, CancellationToken ct) =>
        NoteAsync("due_at = $3, begins_at = $3, attempts = attempts - 1", taken, command => command.Parameters.AddWithValue(until), ct);

    private async Task NoteAsync(string what, Taken taken, Action<NpgsqlCommand> fill, CancellationToken ct)
    {
        await using var command =
            database.System.CreateCommand($"update outgoing.messages set {what} where id = $1 and attempts = $2 and ended_at is null");
        command.Parameters.AddWithValue(taken.Message.Id);
        command.Parameters.AddWithValue(taken.Attempts);
        fill(command);
        await command.ExecuteNonQueryAsync(ct);
    }
}
