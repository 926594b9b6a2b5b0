using Npgsql;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Delivery.Sending;

/// <summary>
/// Sends a message through its channel as the channel is now: what was changed, switched off or removed meanwhile counts.
/// </summary>
internal sealed class ChannelSender(
    Database database, SecretBox box, Notifications notices, IEnumerable<IChannelKind> kinds, TimeProvider clock) : IMessageSender
{
    public const string MessageKind = "channel";
    private readonly Dictionary<string, IChannelKind> byKind = kinds.ToDictionary(one => one.Kind, StringComparer.Ordinal);

    public string Kind => MessageKind;

    public async Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        if (message.Channel is not { } id || await FindAsync(id, ct) is not { } channel)
            return new SendOutcome.GivenUp("The channel was removed.");
        if (!byKind.TryGetValue(channel.Kind, out var kind))
            return new SendOutcome.Failed("This version does not know channels of this kind.");
        if (message.Event != ChannelEvent.Test)
        {
            if (!channel.Enabled) return new SendOutcome.GivenUp("The channel is switched off.");
            if (message.Event == "login.new_device" && await IsMailedAnywayAsync(channel, ct)) return new SendOutcome.Delivered();
            if (QuietHours.EndOf(channel.QuietFrom, channel.QuietTo, channel.TimeZone, clock.GetUtcNow()) is { } end)
                return new SendOutcome.Later(end);
        }
        var fault = await kind.SendAsync(channel, ChannelMessage.Read(message.Payload), ct);
        if (fault is null) return new SendOutcome.Delivered();
        if (!fault.IsFinal) return new SendOutcome.Failed(fault.Reason);
        await SwitchOffAsync(channel, fault.Reason, ct);
        return new SendOutcome.GivenUp(fault.Reason);
    }

    // Said once within the house: a person who hears nothing takes it for good news.
    private async Task SwitchOffAsync(StoredChannel channel, string reason, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("update delivery.channels set enabled = false where id = $1 and enabled", connection);
        command.Parameters.AddWithValue(channel.Id);
        if (await command.ExecuteNonQueryAsync(ct) == 1)
            await notices.AddPersonalAsync(channel.Tenant, channel.User, Notifications.Warning, "channel.ended", reason, null,
                connection, ct);
        await transaction.CommitAsync(ct);
    }

    // A log-in from a new device is mailed to the person's own address in any case.
    private async Task<bool> IsMailedAnywayAsync(StoredChannel channel, CancellationToken ct)
    {
        if (channel.Kind != "email") return false;
        await using var command = database.System.CreateCommand("select email from tenancy.users where id = $1");
        command.Parameters.AddWithValue(channel.User.Value);
        return channel.Target.Equals(await command.ExecuteScalarAsync(ct) as string, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<StoredChannel?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand($"select {StoredChannel.Columns} from delivery.channels where id = $1");
        command.Parameters.AddWithValue(id);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? StoredChannel.Read(row, box) : null;
    }
}
