using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>The stop of one account that is not through.</summary>
/// <param name="GaveUp">Ten minutes are over: only looked at, nothing is sent any more.</param>
internal sealed record ArmedStop(
    Guid StopId, bool GaveUp, DateTimeOffset ArmedAt, DateTimeOffset NextTryAt, bool IsEnabled, string Name, IReadOnlyList<string> Errors);

/// <summary>How far a stop is over all its accounts, as the sockets hear of it.</summary>
/// <param name="Done">Every account of it was shown flat, or is switched on again.</param>
internal sealed record StopStep(Guid StopId, long PositionsOpen, long PositionsClosed, bool Done)
{
    /// <summary>All accounts of the stop.</summary>
    public required IReadOnlyList<Guid> Accounts { get; init; }

    public bool IsAsFarAs(StopStep? other) =>
        other is not null
        && (StopId, PositionsOpen, PositionsClosed, Done) == (other.StopId, other.PositionsOpen, other.PositionsClosed, other.Done);
}

/// <summary>trading.stopped_accounts, as the Worker that holds the lane writes it.</summary>
internal sealed class StopStore(Database database, Notifications notices, TimeProvider clock)
{
    public async Task<ArmedStop?> FindAsync(Guid account, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select s.stop_id, s.state = 'not_flat', s.armed_at, s.next_try_at, a.enabled, a.name, s.errors
            from trading.stopped_accounts s join accounts.accounts a on a.id = s.account_id where s.account_id = $1 and s.state in ('armed', 'not_flat')
            """);
        command.Parameters.AddWithValue(account);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new ArmedStop(row.GetGuid(0), row.GetBoolean(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3),
                row.GetBoolean(4), row.GetString(5), row.GetFieldValue<string[]>(6))
            : null;
    }

    public async Task<StopStep> StepAsync(Guid stop, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with accounts as (select account_id, state in ('armed', 'not_flat') as closing from trading.stopped_accounts where stop_id = $1)
            select (select count(*) from trading.positions p
                    where p.status = 'OPEN' and p.account_id in (select account_id from accounts where closing)),
                   (select r.positions_closed from trading.stop_result(array(select account_id from accounts)) r),
                   not exists (select from accounts where closing), array(select account_id from accounts)
            """);
        command.Parameters.AddWithValue(stop);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct); // a select without a from always has its one row
        return new StopStep(stop, row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2)) { Accounts = row.GetFieldValue<Guid[]>(3) };
    }

    /// <summary>Our names of the open positions, by the broker's ids.</summary>
    public async Task<Dictionary<string, string>> BookedAsync(Guid account, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select broker_position_id, format('%s (%s)', id, symbol) from trading.positions where account_id = $1 and status = 'OPEN'");
        command.Parameters.AddWithValue(account);
        return await ReadTextsAsync(command, ct);
    }

    /// <summary>
    /// Why the newest exit of each position of the broker failed, since the stop; under "" that of one that came to no position.
    /// </summary>
    public async Task<Dictionary<string, string>> RefusalsAsync(Guid account, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select distinct on (1) coalesce(o.broker_position_id, o.intent->>'broker_position_id', ''), o.reject_reason
            from trading.orders o join trading.stopped_accounts s using (account_id)
            where o.account_id = $1 and o.created_at >= s.armed_at and o.action in ('close', 'flatten') and o.status = 'REJECTED' and o.reject_reason is not null order by 1, o.seq desc
            """);
        command.Parameters.AddWithValue(account);
        return await ReadTextsAsync(command, ct);
    }

    /// <summary>True when our books have nothing open, and every entry that the broker took a moment ago has shown its position.</summary>
    public async Task<bool> BooksAreFlatAsync(Guid account, TimeSpan settle, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select not exists (select 1 from trading.positions where account_id = $1 and status = 'OPEN')
               and not exists (select 1 from trading.orders o where o.account_id = $1 and o.action in ('open', 'reverse') and o.filled_qty > 0 and o.answered_at > clock_timestamp() - $2
                                 and not exists (select 1 from trading.positions p where p.account_id = $1 and p.broker_position_id = o.broker_position_id)
                                 and not exists (select 1 from trading.orders c where c.account_id = $1 and c.action in ('close', 'flatten') and c.broker_position_id = o.broker_position_id))
            """);
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(settle);
        return (bool)(await command.ExecuteScalarAsync(ct))!; // a boolean expression is never null here
    }

    public async Task NoteErrorsAsync(Guid account, Guid stop, IReadOnlyList<string> errors, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "update trading.stopped_accounts set errors = $3 where account_id = $1 and stop_id = $2 and state in ('armed', 'not_flat')");
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(stop);
        command.Parameters.AddWithValue(errors.ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Puts exits into the lane once more, unless the account was switched on in the meantime.</summary>
    public async Task<bool> TryAgainAsync(Lane lane, Guid stop, IReadOnlyList<TradeIntent> exits, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // The share lock lets this and a resume take turns: after the resume's commit nothing is closed for the stop any more.
        await using (var still = new NpgsqlCommand("""
            select 1 from accounts.accounts a join trading.stopped_accounts s on s.account_id = a.id and s.stop_id = $2 and s.state = 'armed' where a.id = $1 and not a.enabled for share of a
            """, connection))
        {
            still.Parameters.AddWithValue(lane.AccountId.Value);
            still.Parameters.AddWithValue(stop);
            if (await still.ExecuteScalarAsync(ct) is null) return false;
        }
        var ids = exits.Select(_ => new OrderId(NewId.At(clock))).ToList();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (id, exit) in ids.Zip(exits))
            batch.BatchCommands.Add(OrderDesk.Enqueue(id, lane.Tenant, lane.AccountId, lane.Account.Broker, exit.Symbol, null, exit, now));
        var note = new NpgsqlBatchCommand(
            "update trading.stopped_accounts set orders = orders || $2, next_try_at = $3 where account_id = $1");
        note.Parameters.AddWithValue(lane.AccountId.Value);
        note.Parameters.AddWithValue(ids.Select(id => id.Value).ToArray());
        note.Parameters.AddWithValue(now + StopChase.TryAgain);
        batch.BatchCommands.Add(note);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Ends the stop of this account; the last one of a stop that closed tells what it did.</summary>
    /// <param name="state"><c>flat</c> or <c>resumed</c>.</param>
    public async Task SettleAsync(Lane lane, Guid stop, string state, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Two accounts may end in this moment: one after the other, so that one of them is the last.
        await ExecuteAsync("select 1 from trading.emergency_stops where id = $1 for update", connection, ct, stop);
        var settled = await ExecuteAsync("""
            update trading.stopped_accounts set state = $3, errors = '{}', settled_at = clock_timestamp() where account_id = $1 and stop_id = $2 and state in ('armed', 'not_flat')
            """, connection, ct, lane.AccountId.Value, stop, state);
        if (settled == 0) return;
        var ended = await ExecuteAsync("""
            update trading.emergency_stops set done_at = clock_timestamp() where id = $1 and done_at is null
                and not exists (select 1 from trading.stopped_accounts where stop_id = $1 and state in ('armed', 'not_flat'))
            """, connection, ct, stop);
        if (ended > 0) await TellAsync(lane, stop, connection, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Ten minutes are over: told, and noted in the same commit.</summary>
    public async Task GiveUpAsync(Lane lane, ArmedStop stop, IReadOnlyList<string> errors, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ExecuteAsync(
            "update trading.stopped_accounts set state = 'not_flat' where account_id = $1 and stop_id = $2 and state = 'armed'", connection,
            ct, lane.AccountId.Value, stop.StopId) == 0)
            return;
        await EmergencyNotice.NotFlatAsync(notices, lane.Tenant, stop.StopId, lane.AccountId, stop.Name, errors, connection, ct);
        await transaction.CommitAsync(ct);
    }

    private async Task TellAsync(Lane lane, Guid stop, NpgsqlConnection connection, CancellationToken ct)
    {
        long closed;
        Guid[] accounts;
        await using (var command = new NpgsqlCommand("""
            select r.positions_closed, array(select account_id from trading.stopped_accounts where stop_id = $1)
            from trading.stop_result(array(select account_id from trading.stopped_accounts where stop_id = $1 and state = 'flat')) r
            where exists (select 1 from trading.stopped_accounts where stop_id = $1 and state = 'flat')
            """, connection))
        {
            command.Parameters.AddWithValue(stop);
            await using var row = await command.ExecuteReaderAsync(ct);
            if (!await row.ReadAsync(ct)) return; // all were switched on again before they were flat
            (closed, accounts) = (row.GetInt64(0), row.GetFieldValue<Guid[]>(1));
        }
        await EmergencyNotice.ExecutedAsync(notices, lane.Tenant, stop, closed, accounts, connection, ct);
    }

    private static async Task<Dictionary<string, string>> ReadTextsAsync(NpgsqlCommand command, CancellationToken ct)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) texts[rows.GetString(0)] = rows.GetString(1);
        return texts;
    }

    private static async Task<int> ExecuteAsync(string sql, NpgsqlConnection connection, CancellationToken ct, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
