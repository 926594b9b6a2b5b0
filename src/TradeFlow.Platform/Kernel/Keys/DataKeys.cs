using System.Collections.Concurrent;
using System.Security.Cryptography;
using Npgsql;

namespace TradeFlow.Platform.Kernel.Keys;

/// <param name="ReadAt">When its row was read last.</param>
internal sealed record DataKey(Guid Id, byte[] Bytes, DateTimeOffset ReadAt);

/// <summary>
/// The data keys of <c>kernel.data_keys</c>: one for each tenant and one for the platform, made when they are needed first, and the root
/// from which <see cref="KeyRing"/> derives. They are read once and kept in memory for some minutes, without <c>await</c>: who seals and
/// opens stands in the middle of a row, and a tenant's key is one look-up by its index.
/// </summary>
internal sealed class DataKeys(Database database, MasterKeys masters, IEnumerable<SealedColumn> columns, TimeProvider clock)
{
    /// <summary>A key that was destroyed is in no memory after this.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan UnknownKeyPause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, DataKey> known = new();
    private readonly Lock gate = new();
    private byte[]? root;

    /// <summary>What all that is no seal is derived from. It stays what it is when the master key changes.</summary>
    public byte[] Root
    {
        get
        {
            if (root is { } read) return read;
            lock (gate) return root ??= new RootKey(database.Keys, masters, [.. columns]).Open();
        }
    }

    /// <summary>The key that seals for a tenant, or for nobody's: made where there is none yet.</summary>
    /// <exception cref="CryptographicException">It was destroyed, or the master key that seals it is not here.</exception>
    public DataKey Of(TenantId? tenant)
    {
        var owner = OwnerOf(tenant);
        return Kept(owner, KeptFor) ?? ReadAgain(owner) ?? Make(owner);
    }

    /// <summary>The key of that id, if it is the tenant's.</summary>
    /// <exception cref="CryptographicException">It is not, it was destroyed, or the master key that seals it is not here.</exception>
    public byte[] Find(TenantId? tenant, Guid id)
    {
        var owner = OwnerOf(tenant);
        var key = Kept(owner, KeptFor);
        // Of another database, as after a restore: looked at again, at most every few seconds whoever asks.
        if (key is null || (key.Id != id && Kept(owner, UnknownKeyPause) is null)) key = ReadAgain(owner);
        return key?.Id == id ? key.Bytes : throw new CryptographicException("Sealed with a data key that its owner does not have.");
    }

    /// <summary>Every master key that a data key needs is here.</summary>
    /// <exception cref="MasterKeyException">One is missing: it is named.</exception>
    public void Check()
    {
        _ = Root;
        var needed = Needed();
        var missing = needed.Where(pair => masters.Find(pair.Master) is null).ToArray();
        if (missing.Length > 0) throw Missing(missing);
    }

    /// <summary>How many data keys each master key seals.</summary>
    internal List<(string Master, long Keys)> Needed()
    {
        using var command = database.Keys.CreateCommand(
            "select master_key_id, count(*) from kernel.data_keys where sealed is not null group by 1 order by 1");
        using var reader = command.ExecuteReader();
        List<(string, long)> needed = [];
        while (reader.Read()) needed.Add((reader.GetString(0), reader.GetInt64(1)));
        return needed;
    }

    internal static string BoundTo(Guid owner, string purpose, Guid id) => $"data-key:{owner}:{purpose}:{id}";

    private MasterKeyException Missing(params ReadOnlySpan<(string Master, long Keys)> missing)
    {
        List<string> which = [];
        foreach (var (master, count) in missing) which.Add($"{master} ({count} data keys)");
        return masters.NotGiven(string.Join(" and ", which));
    }

    private static Guid OwnerOf(TenantId? tenant) => tenant?.Value ?? Guid.Empty;

    private DataKey? Kept(Guid owner, TimeSpan atMost) =>
        known.TryGetValue(owner, out var key) && clock.GetUtcNow() - key.ReadAt < atMost ? key : null;

    // What is known is as good while its row cannot be read: a job that was taken, or an order that goes out, must not fail for it.
    private DataKey? ReadAgain(Guid owner)
    {
        try
        {
            return ReadOnFreshConnection(owner);
        }
        catch (NpgsqlException) when (known.ContainsKey(owner))
        {
            return known.GetValueOrDefault(owner);
        }
    }

    // A connection that lies in the pool may have been cut; the fault of the first takes the others out of it.
    private DataKey? ReadOnFreshConnection(Guid owner)
    {
        try
        {
            return Read(owner);
        }
        catch (NpgsqlException e) when (DatabaseFault.Passes(e))
        {
            return Read(owner);
        }
    }

    private DataKey? Read(Guid owner)
    {
        _ = Root;
        using var command = database.Keys.CreateCommand(
            "select key_id, master_key_id, sealed from kernel.data_keys where tenant_id = $1 and purpose = 'seal'");
        command.Parameters.AddWithValue(owner);
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        if (reader.IsDBNull(2))
        {
            known.TryRemove(owner, out _);
            throw new CryptographicException("The data key of this tenant was destroyed.");
        }
        var (id, master) = (reader.GetGuid(0), reader.GetString(1));
        // A data key never changes: where the master key has changed and the new one was not given here, the key that is known goes on.
        var bytes = masters.Find(master) is { } its ? its.Unwrap(reader.GetFieldValue<byte[]>(2), BoundTo(owner, "seal", id))
            : known.TryGetValue(owner, out var before) && before.Id == id ? before.Bytes
            : throw Missing((master, 1));
        return known[owner] = new DataKey(id, bytes, clock.GetUtcNow());
    }

    private DataKey Make(Guid owner)
    {
        using (var connection = database.Keys.OpenConnection())
        {
            using var transaction = connection.BeginTransaction();
            // The one that seals the root: a newer one counts from the rotation on, when every process has it. Held, so that a rotation
            // comes before or after.
            string current;
            using (var shared = new NpgsqlCommand(
                "select master_key_id from kernel.data_keys where purpose = 'root' for share", connection))
                current = (string)shared.ExecuteScalar()!; // filled: it was read
            var master = masters.Find(current) ?? throw Missing((current, 1));
            var id = NewId.At(clock);
            using var insert = new NpgsqlCommand("""
                insert into kernel.data_keys (key_id, tenant_id, purpose, master_key_id, sealed) values ($1, $2, 'seal', $3, $4)
                on conflict (tenant_id, purpose) do nothing
                """, connection);
            insert.Parameters.AddWithValue(id);
            insert.Parameters.AddWithValue(owner);
            insert.Parameters.AddWithValue(master.Id);
            insert.Parameters.AddWithValue(master.Wrap(RandomNumberGenerator.GetBytes(32), BoundTo(owner, "seal", id)));
            insert.ExecuteNonQuery();
            transaction.Commit();
        }
        // Another process may have been faster: whatever is there now is the key.
        return Read(owner) ?? throw new CryptographicException("The data key of this tenant is gone.");
    }
}
