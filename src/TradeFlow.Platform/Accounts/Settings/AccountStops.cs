using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>
/// Switches accounts off for an emergency stop, in the caller's transaction: from its commit on no entry is claimed. The reason in the row
/// remembers which accounts were on: switching on again restores those alone, and not one that its user had switched off, before or since.
/// </summary>
[OpenToModules]
internal sealed class AccountStops(KeyIndex keys, RedisBus bus, LiveEvents live)
{
    /// <summary>Stands in the row of an account that a stop switched off, and is shown as it is.</summary>
    public const string Reason = "Stopped by an emergency stop. Re-enable the account to resume trading.";

    private const string Columns = "coalesce(a.last_sync, a.created_at), " + AccountState.Columns;

    /// <param name="only">One account, or <c>null</c> for all that the connection sees.</param>
    public static Task<List<SwitchedAccount>> StopAsync(AccountId? only, NpgsqlConnection connection, CancellationToken ct) =>
        RunAsync(only, connection, $"""
        with before as (select id, enabled from accounts.accounts where deleted_at is null and ($1::uuid is null or id = $1) order by id for update)
        update accounts.accounts a set enabled = false, stop_epoch = a.stop_epoch + 1, disabled_reason = case when before.enabled then $2 else a.disabled_reason end
        from before where a.id = before.id returning a.id, before.enabled, {Columns}
        """, ct);

    /// <summary>Switches on what a stop had switched off, and nothing else.</summary>
    public static Task<List<SwitchedAccount>> ResumeAsync(AccountId? only, NpgsqlConnection connection, CancellationToken ct) =>
        RunAsync(only, connection, $"""
        with before as (
            select id, enabled from accounts.accounts where deleted_at is null and not enabled and disabled_reason = $2 and ($1::uuid is null or id = $1) order by id for update)
        update accounts.accounts a set enabled = true, disabled_reason = null from before where a.id = before.id returning a.id, before.enabled, {Columns}
        """, ct);

    /// <summary>Tells everybody, after the commit.</summary>
    public async Task TellAsync(TenantId tenant, IEnumerable<SwitchedAccount> accounts)
    {
        foreach (var account in accounts)
        {
            await keys.ReloadAsync(account.Id);
            bus.Publish(Topics.AccountChanged, account.Id.ToString());
            live.PublishAccount(tenant, account.Id, account.Event);
        }
    }

    private static async Task<List<SwitchedAccount>> RunAsync(
        AccountId? only, NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddId(only?.Value);
        command.Parameters.AddWithValue(Reason);
        List<SwitchedAccount> switched = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (id, state) = (new AccountId(row.GetGuid(0)), AccountState.Read(row, 3));
            switched.Add(new SwitchedAccount(id, row.GetBoolean(1), state.Broker, state.Name, state.Status,
                state.ToEvent(id, row.GetFieldValue<DateTimeOffset>(2))));
        }
        return [.. switched.OrderBy(account => account.Id.Value)];
    }
}
