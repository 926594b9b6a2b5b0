using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary><c>delivery.channels</c> of one tenant, on a connection that is bound to it.</summary>
internal sealed class ChannelStore(SecretBox box, TimeProvider clock)
{
    public async Task<List<StoredChannel>> ListAsync(UserId user, bool forUpdate, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select {StoredChannel.Columns} from delivery.channels where user_id = $1 order by created_at, id{(forUpdate ? " for update" : "")}",
            connection);
        command.Parameters.AddWithValue(user.Value);
        List<StoredChannel> channels = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) channels.Add(StoredChannel.Read(row, box));
        return channels;
    }

    public async Task SaveAsync(StoredChannel channel, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into delivery.channels (id, tenant_id, user_id, kind, target, secret, enabled, events, quiet_from, quiet_to, time_zone, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            on conflict (id) do update set target = excluded.target, enabled = excluded.enabled, events = excluded.events,
                quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, time_zone = excluded.time_zone
            """, connection);
        command.Parameters.AddWithValue(channel.Id);
        command.Parameters.AddWithValue(channel.Tenant.Value);
        command.Parameters.AddWithValue(channel.User.Value);
        command.Parameters.AddWithValue(channel.Kind);
        command.Parameters.AddWithValue(box.Seal(channel.Tenant, channel.Target, StoredChannel.TargetOwner(channel.Id)));
        command.Parameters.Add(NpgsqlDbType.Bytea, channel.Secret is null ? null
            : box.Seal(channel.Tenant, channel.Secret, StoredChannel.SecretOwner(channel.Id)));
        command.Parameters.AddWithValue(channel.Enabled);
        command.Parameters.AddWithValue(channel.Events.ToArray());
        command.Parameters.Add(NpgsqlDbType.Time, channel.QuietFrom);
        command.Parameters.Add(NpgsqlDbType.Time, channel.QuietTo);
        command.Parameters.AddWithValue(channel.TimeZone);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task RemoveAsync(Guid[] ids, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from delivery.channels where id = any ($1)", connection);
        command.Parameters.AddWithValue(ids);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What is found in the books is looked for where somebody wants to know, from the moment on when they do.</summary>
    public async Task WatchAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with wanted as (select distinct c.tenant_id, e.event from delivery.channels c, unnest(c.events) e (event) where e.event = any ($1)),
                 gone as (delete from delivery.watches w where not exists (select from wanted where wanted.event = w.event))
            insert into delivery.watches (tenant_id, event, begun_at, seen_at) select tenant_id, event, $2, $2 from wanted on conflict do nothing
            """, connection);
        command.Parameters.AddWithValue(Watched.All.ToArray());
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }
}
