using Npgsql;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Delivery.Sending;

/// <summary>
/// Hands each new notification to the channels that want its event and whose person sees what it is about: once, in the transaction that
/// notes that it is handed on.
/// </summary>
internal sealed class FanOut(
    Database database, UnsentNotices notices, Outbox outbox, TimeProvider clock, Supervisor supervisor) : SupervisedService(supervisor)
{
    private const int Piece = 200;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("notifications to channels", KeepHandingOnAsync)];

    private async Task KeepHandingOnAsync(CancellationToken ct)
    {
        while (true)
            if (await HandOnAsync(ct) < Piece) await Task.Delay(Look, clock, ct);
    }

    private async Task<int> HandOnAsync(CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var taken = await notices.TakeAsync(Piece, connection, ct);
        if (taken.Count == 0) return 0;
        var channels = await ListAsync(taken, connection, ct);
        var handed = 0;
        foreach (var notice in taken)
        {
            if (ChannelEvent.Of(notice.Kind) is not { } name) continue;
            foreach (var channel in channels[notice.Tenant.Value])
            {
                if (!channel.Events.Contains(name) || (notice.User is { } about && about.Value != channel.User)) continue;
                if (notice.Accounts is { } accounts && !channel.Accounts.SeesAll(accounts)) continue;
                await AddAsync(notice, name, channel.Id, connection, ct);
                handed++;
            }
        }
        await transaction.CommitAsync(ct);
        if (handed > 0) outbox.Ring();
        return taken.Count;
    }

    private static async Task<ILookup<Guid, Wanting>> ListAsync(
        IReadOnlyList<UnsentNotice> taken, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.tenant_id, c.user_id, c.id, c.events, m.accounts from delivery.channels c
            join tenancy.memberships m on m.tenant_id = c.tenant_id and m.user_id = c.user_id
            where c.tenant_id = any ($1) and c.enabled
            """, connection);
        command.Parameters.AddWithValue(taken.Select(notice => notice.Tenant.Value).Distinct().ToArray());
        List<(Guid Tenant, Wanting Channel)> channels = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            channels.Add((row.GetGuid(0), new Wanting(row.GetGuid(1), row.GetGuid(2), row.GetFieldValue<string[]>(3),
                AccountScope.Of(row.IsDBNull(4) ? null : row.GetFieldValue<Guid[]>(4)))));
        return channels.ToLookup(entry => entry.Tenant, entry => entry.Channel);
    }

    private Task AddAsync(UnsentNotice notice, string name, Guid channel, NpgsqlConnection connection, CancellationToken ct)
    {
        var id = NewId.At(clock);
        return outbox.AddAsync(new OutgoingMessage
        {
            Id = id,
            Tenant = notice.Tenant,
            Channel = channel,
            Kind = ChannelSender.MessageKind,
            Event = name,
            Payload = new ChannelMessage(id, name, notice.Kind, notice.Severity, notice.Text, notice.At, notice.Data, notice.Id).ToJson(),
        }, connection, ct);
    }

    private sealed record Wanting(Guid User, Guid Id, string[] Events, AccountScope Accounts);
}
