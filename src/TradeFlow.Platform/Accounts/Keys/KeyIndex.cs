using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>
/// Finds the account of a key of one scope in memory. An entry goes when its account changes (a message), after a minute in any case, and
/// after a second while Redis is away. It may still be stale for a moment: whoever records a signal compares
/// <see cref="AccountContext.Version"/> in the database and asks again.
/// </summary>
[OpenToModules]
internal sealed class KeyIndex : IDisposable
{
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TrustWithoutRedis = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TrustAbsence = TimeSpan.FromSeconds(2);
    private const int MostKeys = 200_000;
    private const int MostAbsent = 20_000;

    private readonly ConcurrentDictionary<Guid, Entry> known = new();
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> absent = new();
    private readonly ConcurrentDictionary<AccountId, Guid> byAccount = new();
    private readonly Database database;
    private readonly ApiKeys keys;
    private readonly SigningSecrets secrets;
    private readonly RedisBus bus;
    private readonly TimeProvider clock;
    private readonly KeyScope scope;
    private readonly IDisposable subscription;
    // Whoever shows many keys that nobody has makes the look-ups longer, not more.
    private readonly Gathered<string, Entry> lookUps;
    // Grows with every message, so that a row read just before one is not kept after it.
    private long changes;

    /// <summary>For the keys of alerts.</summary>
    public KeyIndex(Database database, ApiKeys keys, SigningSecrets secrets, RedisBus bus, TimeProvider clock)
        : this(database, keys, secrets, bus, clock, KeyScope.Api)
    {
    }

    private KeyIndex(Database database, ApiKeys keys, SigningSecrets secrets, RedisBus bus, TimeProvider clock, KeyScope scope)
    {
        (this.database, this.keys, this.secrets, this.bus, this.clock, this.scope) = (database, keys, secrets, bus, clock, scope);
        lookUps = new Gathered<string, Entry>(ReadAsync);
        subscription = bus.Subscribe(Topics.AccountChanged, message =>
        {
            if (Guid.TryParse(message, out var account)) Forget(new AccountId(account));
        });
        bus.Restored += Clear;
    }

    /// <summary>For the keys of terminals.</summary>
    public static KeyIndex OfAgents(Database database, ApiKeys keys, SigningSecrets secrets, RedisBus bus, TimeProvider clock) =>
        new(database, keys, secrets, bus, clock, KeyScope.Agent);

    /// <summary>The account of the key, or <c>null</c> when there is none. Says nothing about whether the account is enabled.</summary>
    public async ValueTask<AccountContext?> FindAsync(string key, CancellationToken ct) => (await FindEntryAsync(key, ct))?.Account;

    /// <summary>The same, with the id of the key.</summary>
    public async ValueTask<(AccountContext Account, Guid Key)?> FindKeyAsync(string key, CancellationToken ct) =>
        await FindEntryAsync(key, ct) is { } entry ? (entry.Account, entry.Key) : null;

    /// <summary>The same, with what its messages have to be signed with; <c>null</c> where the key alone opens.</summary>
    public async ValueTask<(AccountContext Account, SigningKeys? Signing)?> FindSignedAsync(string key, CancellationToken ct) =>
        await FindEntryAsync(key, ct) is { } entry ? (entry.Account, entry.Signing) : null;

    /// <summary>Drops what is remembered of the account, here: the next <see cref="FindAsync"/> asks the database.</summary>
    public Task ReloadAsync(AccountId account)
    {
        Forget(account);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        bus.Restored -= Clear;
        subscription.Dispose();
    }

    private async ValueTask<Entry?> FindEntryAsync(string key, CancellationToken ct)
    {
        if (key.Length is 0 or > ApiKeys.LongestKey) return null;
        var hash = keys.Hash(key, scope);
        var slot = SlotOf(hash);
        var now = clock.GetUtcNow();
        var trust = bus.IsConnected ? Trust : TrustWithoutRedis;
        if (known.TryGetValue(slot, out var entry) && now - entry.At < trust && CryptographicOperations.FixedTimeEquals(entry.Hash, hash))
            return entry;
        if (absent.TryGetValue(slot, out var until) && until > now) return null;
        return await lookUps.FindAsync(Convert.ToHexString(hash), ct);
    }

    private async Task<IReadOnlyDictionary<string, Entry>> ReadAsync(IReadOnlyCollection<string> hashes)
    {
        var (seen, now) = (Interlocked.Read(ref changes), clock.GetUtcNow());
        Dictionary<string, Entry> found = new(StringComparer.Ordinal);
        await using (var command = database.System.CreateCommand($"""
            select {AccountColumns.Sql}, k.id, k.key_hash, s.sealed, s.old_sealed, s.old_until from accounts.api_keys k
            join accounts.accounts a on a.id = k.account_id and a.deleted_at is null
            left join accounts.signing_secrets s on s.account_id = a.id
            where k.key_hash = any($1) and k.scope = $2
            """))
        {
            command.Parameters.AddWithValue(hashes.Select(Convert.FromHexString).ToArray());
            command.Parameters.AddWithValue(scope.Name);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var hash = reader.GetFieldValue<byte[]>(AccountColumns.Count + 1);
                var account = AccountColumns.Read(reader);
                var signing = SigningOf(reader, account);
                found[Convert.ToHexString(hash)] = new Entry(hash, account, reader.GetGuid(AccountColumns.Count), signing, now);
            }
        }
        foreach (var hash in hashes)
        {
            if (found.TryGetValue(hash, out var entry)) Keep(entry, seen);
            else Miss(SlotOf(Convert.FromHexString(hash)), now);
        }
        return found;
    }

    private SigningKeys? SigningOf(NpgsqlDataReader row, AccountContext account)
    {
        const int first = AccountColumns.Count + 2;
        if (scope != KeyScope.Api || row.IsDBNull(first)) return null;
        var old = row.IsDBNull(first + 1) ? null : row.GetFieldValue<byte[]>(first + 1);
        return secrets.Open(account.TenantId, account.AccountId, row.GetFieldValue<byte[]>(first), old, row.TimeOrNull(first + 2));
    }

    private void Keep(Entry entry, long seen)
    {
        if (known.Count >= MostKeys) Clear();
        known[SlotOf(entry.Hash)] = entry;
        byAccount[entry.Account.AccountId] = SlotOf(entry.Hash);
        if (Interlocked.Read(ref changes) != seen) Forget(entry.Account.AccountId);
    }

    private void Miss(Guid slot, DateTimeOffset now)
    {
        if (absent.Count >= MostAbsent) absent.Clear();
        absent[slot] = now + TrustAbsence;
    }

    private void Forget(AccountId account)
    {
        Interlocked.Increment(ref changes);
        if (byAccount.TryRemove(account, out var slot)) known.TryRemove(slot, out _);
    }

    private void Clear()
    {
        Interlocked.Increment(ref changes);
        known.Clear();
        byAccount.Clear();
        absent.Clear();
    }

    private static Guid SlotOf(byte[] hash) => new(hash.AsSpan(0, 16));

    private sealed record Entry(byte[] Hash, AccountContext Account, Guid Key, SigningKeys? Signing, DateTimeOffset At);
}
