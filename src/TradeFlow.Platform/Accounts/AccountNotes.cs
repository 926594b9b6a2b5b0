using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>What was heard of an account and is not written yet.</summary>
/// <param name="At">When it was heard last.</param>
/// <param name="Balance"><c>null</c>: it is as it is written.</param>
internal sealed record AccountNote(DateTimeOffset At, decimal? Balance, decimal? Equity, int Tried)
{
    public bool HasMoney => Balance is not null || Equity is not null;
}

/// <summary>
/// What readings say of accounts again and again, on its way into accounts.accounts: of all accounts in one commit that does not wait for
/// the disk, because what a crash loses is read again from the brokers.
/// </summary>
internal sealed class AccountNotes(Database database, TimeProvider clock)
{
    // A row that is not written so often is gone, or another process has told more of it.
    private const int Tries = 5;
    private readonly ConcurrentDictionary<AccountId, AccountNote> notes = new();
    private SemaphoreSlim Turn { get; } = new(1, 1);

    public void Heard(AccountId account) => Add(account, new AccountNote(clock.GetUtcNow(), null, null, 0));

    public void Moved(AccountId account, decimal? balance, decimal? equity) =>
        Add(account, new AccountNote(clock.GetUtcNow(), balance, equity, 0));

    /// <summary>
    /// What is noted of one account, for whoever writes its row in another way; waits until nothing of it is being written.
    /// </summary>
    public async Task<AccountNote?> TakeAsync(AccountId account, CancellationToken ct)
    {
        await Turn.WaitAsync(ct);
        try
        {
            return notes.TryRemove(account, out var note) ? note : null;
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <param name="all">Those too of which nothing is new but when they were heard.</param>
    /// <returns>The rows as they are now, and the accounts whose money was given up.</returns>
    public async Task<(IReadOnlyList<(AccountId Account, AccountState State, DateTimeOffset At)> Written,
        IReadOnlyList<AccountId> GivenUp)> KeepAsync(
            bool all, CancellationToken ct)
    {
        await Turn.WaitAsync(ct);
        Dictionary<AccountId, AccountNote> batch = [];
        List<AccountId> givenUp = [];
        try
        {
            foreach (var (account, waiting) in notes)
                if ((all || waiting.HasMoney) && notes.TryRemove(account, out var note)) batch[account] = note;
            if (batch.Count == 0) return ([], []);
            var written = await WriteAsync([.. batch], ct);
            return ([.. written.Select(row => (row.Account, row.State, batch.Remove(row.Account, out var note) ? note.At : default))],
                givenUp);
        }
        finally
        {
            // Somebody holds the row, or PostgreSQL is away.
            foreach (var (account, note) in batch)
                if (note.Tried < Tries) Add(account, note with { Tried = note.Tried + 1 });
                else if (note.HasMoney) givenUp.Add(account);
            Turn.Release();
        }
    }

    // The newer of two, with the money of the older where it has none.
    private void Add(AccountId account, AccountNote note) => notes.AddOrUpdate(
        account, static (_, note) => note, static (_, other, note) => other.At > note.At ? Over(other, note) : Over(note, other), note);

    private static AccountNote Over(AccountNote newer, AccountNote older) =>
        newer with { Balance = newer.Balance ?? older.Balance, Equity = newer.Equity ?? older.Equity };

    private async Task<List<(AccountId Account, AccountState State)>> WriteAsync(
        List<KeyValuePair<AccountId, AccountNote>> batch, CancellationToken ct)
    {
        await using var command = database.System.CreateBatch();
        command.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        // A row that is being changed is left to the next time, and one that was written meanwhile says more than what was heard before.
        var write = new NpgsqlBatchCommand($"""
            with due as (
                select a.id, n.at, n.balance, n.equity from accounts.accounts a join unnest($1, $2, $3, $4) as n (id, at, balance, equity) using (id)
                where a.deleted_at is null and (a.last_sync is null or a.last_sync <= n.at) for no key update of a skip locked)
            update accounts.accounts a set last_sync = due.at, balance = coalesce(due.balance, a.balance), equity = coalesce(due.equity, a.equity)
            from due where a.id = due.id returning a.id, {AccountState.Columns}
            """);
        write.Parameters.AddColumn(NpgsqlDbType.Uuid, batch, one => one.Key.Value);
        write.Parameters.AddColumn(NpgsqlDbType.TimestampTz, batch, one => one.Value.At);
        write.Parameters.AddColumn(NpgsqlDbType.Numeric, batch, one => one.Value.Balance);
        write.Parameters.AddColumn(NpgsqlDbType.Numeric, batch, one => one.Value.Equity);
        command.BatchCommands.Add(write);
        List<(AccountId, AccountState)> written = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct)) written.Add((new AccountId(rows.GetGuid(0)), AccountState.Read(rows, 1)));
        return written;
    }
}
