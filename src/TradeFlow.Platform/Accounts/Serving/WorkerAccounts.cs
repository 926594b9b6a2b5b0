using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;

namespace TradeFlow.Platform.Accounts.Serving;

/// <summary>Accounts across tenants, for the Worker.</summary>
[OpenToModules]
internal sealed class WorkerAccounts(Database database, SecretBox box, RedisBus bus, LiveEvents live, TimeProvider clock)
{
    private static readonly TimeSpan BetweenKeepings = TimeSpan.FromMinutes(1);
    private readonly AccountNotes notes = new(database, clock);
    // As the sockets were told last. What is not here has changed since, or may have.
    private readonly ConcurrentDictionary<AccountId, Told> told = new();
    private DateTimeOffset keptAt = clock.GetUtcNow();

    /// <summary>Those of the accounts that are not deleted and have been connected once.</summary>
    public async Task<IReadOnlyList<ServedAccount>> ListServableAsync(IReadOnlyCollection<Guid> accounts, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            $"select {AccountColumns.Sql}, a.broker_account_id, a.name from accounts.accounts a where a.id = any ($1) and a.deleted_at is null and a.status <> 'pending' order by a.id");
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<ServedAccount> rows = [];
        while (await reader.ReadAsync(ct)) rows.Add(Read(reader));
        return rows;
    }

    public async Task<ServedAccount?> FindAsync(AccountId account, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            $"select {AccountColumns.Sql}, a.broker_account_id, a.name from accounts.accounts a where a.id = $1 and a.deleted_at is null");
        command.Parameters.AddWithValue(account.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    /// <summary>The fields of the Connect form, opened. Never log or keep them.</summary>
    /// <exception cref="InvalidOperationException">The account is gone.</exception>
    public async Task<IReadOnlyDictionary<string, string>> OpenCredentialsAsync(AccountId account, CancellationToken ct) =>
        (await TryOpenCredentialsAsync(account, ct))?.Fields
        ?? throw new InvalidOperationException($"Account {account} has no credentials: it was deleted.");

    /// <summary>The same, or <c>null</c> when the account is gone.</summary>
    public async Task<StoredCredentials?> TryOpenCredentialsAsync(AccountId account, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select tenant_id, sealed, schema_version, updated_at from accounts.account_secrets where account_id = $1");
        command.Parameters.AddWithValue(account.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var fields = Credentials.Open(box, reader.GetFieldValue<byte[]>(1), new TenantId(reader.GetGuid(0)), account);
        return new StoredCredentials(fields, reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3));
    }

    /// <summary>
    /// Records what the broker says of the account and tells whoever listens, when something changed. <c>null</c> leaves a value as it is
    /// (a reason goes with its status).
    /// </summary>
    public async Task SetStateAsync(
        AccountId account, string? status, string? reason, decimal? balance, decimal? equity, string? currency, CancellationToken ct)
    {
        told.TryRemove(account, out _);
        var noted = await notes.TakeAsync(account, ct);
        var now = clock.GetUtcNow();
        await using var command = database.System.CreateCommand($"""
            with old as (select id, status, status_reason, balance, equity, currency, version from accounts.accounts where id = $1 and deleted_at is null for update),
            a as (
                update accounts.accounts a set
                    status = coalesce($2, a.status), status_reason = case when $2 is null then a.status_reason else $3 end,
                    balance = coalesce($4, a.balance), equity = coalesce($5, a.equity), currency = coalesce($6, a.currency), last_sync = $7
                from old where a.id = old.id
                returning a.*)
            select a.version <> old.version,
                (a.status, a.status_reason, a.balance, a.equity, a.currency) is distinct from (old.status, old.status_reason, old.balance, old.equity, old.currency),
                {AccountState.Columns}
            from a join old using (id)
            """);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddText(status);
        command.Parameters.AddText(reason);
        command.Parameters.AddNumber(balance ?? noted?.Balance);
        command.Parameters.AddNumber(equity ?? noted?.Equity);
        command.Parameters.AddText(currency);
        command.Parameters.AddWithValue(now);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return;
        var state = AccountState.Read(row, 2);
        told[account] = new Told(state, now);
        if (row.GetBoolean(0)) bus.Publish(Topics.AccountChanged, account.ToString());
        if (row.GetBoolean(1)) live.PublishAccount(state.Tenant, account, state.ToEvent(account, now));
    }

    /// <summary>
    /// Tells what the account is worth, where nothing else of it has changed, and notes it for the next <see cref="KeepMoneyAsync"/>; what
    /// is known already is noted as heard.
    /// </summary>
    /// <returns>False where more has changed, or may have: that is for <see cref="SetStateAsync"/>.</returns>
    public bool TellMoney(AccountId account, string status, string? reason, decimal balance, decimal? equity, string currency)
    {
        if (!told.TryGetValue(account, out var before)
            || (before.State.Status, before.State.Reason, before.State.Currency) != (status, reason, currency))
            return false;
        var state = before.State with { Balance = balance, Equity = equity ?? before.State.Equity };
        if (state == before.State)
        {
            notes.Heard(account);
            return true;
        }
        if (!told.TryUpdate(account, before with { State = state }, before)) return false;
        live.PublishTick(state.Tenant, account, account.Value, state.ToEvent(account, clock.GetUtcNow()));
        notes.Moved(account, state.Balance, state.Equity);
        return true;
    }

    /// <summary>The account has changed elsewhere: the next that is told of it is read first.</summary>
    public void Forget(string account)
    {
        if (Guid.TryParse(account, out var id)) told.TryRemove(new AccountId(id), out _);
    }

    public void ForgetAll() => told.Clear();

    /// <summary>The broker has told of the account what is known already. Kept with the next <see cref="KeepHeardAsync"/>.</summary>
    public void Heard(AccountId account) => notes.Heard(account);

    /// <summary>Writes the money that was told since the last time, and tells what turns out to have changed beside it.</summary>
    public Task KeepMoneyAsync(CancellationToken ct) => KeepAsync(all: false, ct);

    /// <summary>
    /// Writes when the accounts were heard of, all of them in one commit a minute: a write for each reading would be most that happens at
    /// rest.
    /// </summary>
    /// <param name="now">Whether or not the minute is over.</param>
    public async Task KeepHeardAsync(bool now, CancellationToken ct)
    {
        if (!now && clock.GetUtcNow() - keptAt < BetweenKeepings) return;
        keptAt = clock.GetUtcNow();
        await KeepAsync(all: true, ct);
    }

    private async Task KeepAsync(bool all, CancellationToken ct)
    {
        var (written, givenUp) = await notes.KeepAsync(all, ct);
        foreach (var account in givenUp) told.TryRemove(account, out _);
        foreach (var (account, row, at) in written)
        {
            var before = told.GetValueOrDefault(account);
            if (before is not null && before.AsOf >= at) continue;
            // Its money may have been told anew meanwhile.
            var state = before is null ? row : row with { Balance = before.State.Balance, Equity = before.State.Equity };
            if (before is not null && !told.TryUpdate(account, new Told(state, at), before)) continue;
            // A tick may have said what was not so any more: the account was changed elsewhere, and the message of it was lost or late.
            if (state != before?.State) live.PublishAccount(state.Tenant, account, state.ToEvent(account, clock.GetUtcNow()));
        }
    }

    private static ServedAccount Read(NpgsqlDataReader reader) =>
        new(AccountColumns.Read(reader), reader.GetString(AccountColumns.Count), reader.GetString(AccountColumns.Count + 1));

    /// <param name="AsOf">When what the row has was heard.</param>
    private sealed record Told(AccountState State, DateTimeOffset AsOf);
}
