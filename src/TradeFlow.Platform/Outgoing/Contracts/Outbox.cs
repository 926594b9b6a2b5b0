using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Outgoing.Contracts;

/// <summary>
/// Takes messages that are to leave the house. They are rows of the caller's transaction; a Worker sends them within a second of its
/// commit.
/// </summary>
internal sealed class Outbox(SecretBox box, TimeProvider clock) : IDisposable
{
    private readonly Wake wake = new();

    /// <summary>On a connection of either role; a message without a tenant on one of the system role.</summary>
    public async Task AddAsync(OutgoingMessage message, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into outgoing.messages (id, tenant_id, channel_id, kind, event, payload, created_at, due_at, begins_at, once)
            values ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8)
            """, connection);
        command.Parameters.AddWithValue(message.Id);
        command.Parameters.AddId(message.Tenant?.Value);
        command.Parameters.AddId(message.Channel);
        command.Parameters.AddWithValue(message.Kind);
        command.Parameters.AddWithValue(message.Event);
        command.Parameters.AddWithValue(box.Seal(message.Tenant, message.Payload, OwnerOf(message.Id)));
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(message.Once);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Something was committed: within this process nobody waits for the next look.</summary>
    public void Ring() => wake.Ring();

    internal Task WaitAsync(TimeSpan atMost, CancellationToken ct) => wake.WaitAsync(atMost, ct);

    internal string Open(TenantId? tenant, byte[] sealedPayload, Guid message) => box.OpenText(tenant, sealedPayload, OwnerOf(message));

    public void Dispose() => wake.Dispose();

    private static string OwnerOf(Guid message) => $"outgoing:{message}";
}
