using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>An account that a Worker serves.</summary>
/// <param name="BrokerAccountId">The broker's own id of it.</param>
/// <param name="Name">Its name for people.</param>
internal sealed record ServedAccount(AccountContext Account, string BrokerAccountId, string Name);

/// <summary>Opened credentials. Never log or keep them.</summary>
/// <param name="Fields">The fields of the Connect form.</param>
/// <param name="SchemaVersion">Version of the form that they were typed into.</param>
internal sealed record StoredCredentials(IReadOnlyDictionary<string, string> Fields, int SchemaVersion, DateTimeOffset StoredAt)
{
    public override string ToString() => $"version {SchemaVersion}";
}

/// <summary>Accounts across tenants, for the Worker.</summary>
internal sealed class WorkerAccounts(Database database, SecretBox box, RedisBus bus, LiveEvents live, TimeProvider clock)
{
    public static readonly TimeSpan BetweenBalances = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenKeepings = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<AccountId, Told> told = new();
    private readonly ConcurrentDictionary<AccountId, DateTimeOffset> heard = new();
    private DateTimeOffset keptAt = clock.GetUtcNow();

    /// <summary>Every account that is not deleted and has been connected once.</summary>
    public async Task<IReadOnlyList<ServedAccount>> ListServableAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            $"select {AccountColumns.Sql}, a.broker_account_id, a.name from accounts.accounts a where a.deleted_at is null and a.status <> 'pending' order by a.id");
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
        (await TryOpenCredentialsAsync(account, ct))?.Fields ?? throw new InvalidOperationException($"Account {account} has no credentials: it was deleted.");

    /// <summary>The same, or <c>null</c> when the account is gone.</summary>
    public async Task<StoredCredentials?> TryOpenCredentialsAsync(AccountId account, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select tenant_id, sealed, schema_version, updated_at from accounts.account_secrets where account_id = $1");
        command.Parameters.AddWithValue(account.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var fields = Credentials.Open(box, reader.GetFieldValue<byte[]>(1), new TenantId(reader.GetGuid(0)), account);
        return new StoredCredentials(fields, reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3));
    }

    /// <summary>
    /// Records what the broker says of the account and tells whoever listens, when something changed. <c>null</c> leaves a value as it is (a reason goes with its
    /// status). Balances that move alone are written once a second at most.
    /// </summary>
    /// <returns>False where nothing was written for that reason: the caller comes again.</returns>
    public async Task<bool> SetStateAsync(AccountId account, string? status, string? reason, decimal? balance, decimal? equity, string? currency, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var before = told.GetValueOrDefault(account);
        var statusIsNew = status is not null && (before is null || before.Status != status || before.Reason != reason);
        if (!statusIsNew && before is not null && now - before.At < BetweenBalances) return false;

        await using var command = database.System.CreateCommand("""
            with old as (select id, status, status_reason, balance, equity, currency, version from accounts.accounts where id = $1 and deleted_at is null for update),
            new as (
                update accounts.accounts a set
                    status = coalesce($2, a.status), status_reason = case when $2 is null then a.status_reason else $3 end,
                    balance = coalesce($4, a.balance), equity = coalesce($5, a.equity), currency = coalesce($6, a.currency), last_sync = $7
                from old where a.id = old.id
                returning a.*)
            select new.tenant_id, new.version <> old.version,
                (new.status, new.status_reason, new.balance, new.equity, new.currency) is distinct from (old.status, old.status_reason, old.balance, old.equity, old.currency),
                new.status, new.status_reason, new.broker, new.name, new.mode, new.enabled, new.balance, new.equity, new.currency
            from new join old using (id)
            """);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddText(status);
        command.Parameters.AddText(reason);
        command.Parameters.AddNumber(balance);
        command.Parameters.AddNumber(equity);
        command.Parameters.AddText(currency);
        command.Parameters.AddWithValue(now);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            told.TryRemove(account, out _);
            return true;
        }
        told[account] = new Told(reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4), now);
        if (reader.GetBoolean(1)) bus.Publish(Topics.AccountChanged, account.ToString());
        if (reader.GetBoolean(2)) live.Publish(new TenantId(reader.GetGuid(0)), account, AccountEvent.Json(account, reader, now));
        return true;
    }

    /// <summary>The broker has told of the account what is known already. Kept with the next <see cref="KeepHeardAsync"/>.</summary>
    public void Heard(AccountId account) => heard[account] = clock.GetUtcNow();

    /// <summary>Writes when the accounts were heard of, all of them in one commit a minute: a write for each reading would be most that happens at rest.</summary>
    /// <param name="now">Whether or not the minute is over.</param>
    public async Task KeepHeardAsync(bool now, CancellationToken ct)
    {
        if (heard.IsEmpty || (!now && clock.GetUtcNow() - keptAt < BetweenKeepings)) return;
        keptAt = clock.GetUtcNow();
        var (accounts, times) = (new List<Guid>(), new List<DateTimeOffset>());
        foreach (var account in heard.Keys)
        {
            if (!heard.TryRemove(account, out var at)) continue;
            accounts.Add(account.Value);
            times.Add(at);
        }
        // In the order of claims, so that the two cannot wait for each other's rows crosswise.
        await using var command = database.System.CreateCommand("""
            with due as (
                select a.id, n.at from accounts.accounts a join unnest($1, $2) as n (id, at) using (id)
                where a.deleted_at is null and (a.last_sync is null or a.last_sync < n.at) order by a.id for no key update of a)
            update accounts.accounts a set last_sync = due.at from due where a.id = due.id
            """);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts.ToArray());
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, times.ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    private static ServedAccount Read(NpgsqlDataReader reader) =>
        new(AccountColumns.Read(reader), reader.GetString(AccountColumns.Count), reader.GetString(AccountColumns.Count + 1));

    private sealed record Told(string Status, string? Reason, DateTimeOffset At);
}
