using System.Security.Cryptography;
using Npgsql;

namespace TradeFlow.Platform.Kernel.Keys;

/// <summary>
/// The first row of <c>kernel.data_keys</c>, filled by the first process that comes. In an installation from before there were data keys it
/// is the master key of then, so that peppers, signatures and what was sealed stay good; else random.
/// </summary>
internal sealed class RootKey(NpgsqlDataSource pool, MasterKeys masters, IReadOnlyList<SealedColumn> columns)
{
    /// <summary>Some of one column may be left from a key that was lost long ago.</summary>
    private const int Witnesses = 5;

    public byte[] Open()
    {
        using var connection = pool.OpenConnection();
        if (Read(connection, "") is { } filled) return filled;
        using var transaction = connection.BeginTransaction();
        if (Read(connection, " for update") is { } meanwhile) return meanwhile;
        var root = Fill(connection);
        transaction.Commit();
        return root;
    }

    /// <summary>The key by which everything was sealed before there were data keys.</summary>
    public static byte[] OldSealingKey(byte[] root) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 32, info: "tradeflow:seal"u8.ToArray());

    private byte[]? Read(NpgsqlConnection connection, string how)
    {
        using var command = new NpgsqlCommand(
            $"select key_id, master_key_id, sealed from kernel.data_keys where purpose = 'root'{how}", connection);
        using var row = command.ExecuteReader();
        if (!row.Read()) throw new MasterKeyException("kernel.data_keys has lost its root: restore the database from a backup.");
        if (row.IsDBNull(2)) return null;
        var (id, master) = (row.GetGuid(0), row.GetString(1));
        return masters.Find(master)?.Unwrap(row.GetFieldValue<byte[]>(2), BoundTo(id))
            ?? throw masters.NotGiven(master);
    }

    private byte[] Fill(NpgsqlConnection connection)
    {
        Guid id;
        bool fromMaster;
        using (var command = new NpgsqlCommand("select key_id, from_master from kernel.data_keys where purpose = 'root'", connection))
        {
            using var row = command.ExecuteReader();
            row.Read();
            (id, fromMaster) = (row.GetGuid(0), row.GetBoolean(1));
        }
        var master = fromMaster ? Former(connection) : masters.Newest;
        var root = fromMaster ? master.Secret : RandomNumberGenerator.GetBytes(32);
        using var fill = new NpgsqlCommand("update kernel.data_keys set master_key_id = $2, sealed = $3 where key_id = $1", connection);
        fill.Parameters.AddWithValue(id);
        fill.Parameters.AddWithValue(master.Id);
        fill.Parameters.AddWithValue(master.Wrap(root, BoundTo(id)));
        fill.ExecuteNonQuery();
        return root;
    }

    // The one that opens what is there. Taking another one would make everything unreadable for good.
    private MasterKey Former(NpgsqlConnection connection)
    {
        var found = false;
        foreach (var column in columns)
        {
            using var command = new NpgsqlCommand(
                $"select {column.Value}, {column.Owner} from {column.Table} where {column.IsOld} limit {Witnesses}",
                connection) { CommandTimeout = 60 };
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                found = true;
                var (box, owner) = (row.GetFieldValue<byte[]>(0), row.GetString(1));
                if (masters.All.FirstOrDefault(candidate => Opens(candidate, box, owner)) is { } its) return its;
            }
        }
        // Nothing sealed: then nothing but signatures of the audit log, by whatever was the master key first.
        return found
            ? throw new MasterKeyException(
                $"None of the master keys that were given opens the secrets of this database. Given: {string.Join(", ", masters.All)}. " +
                    "Give the one that it was used with until now as Secrets:MasterKey (docs/runbooks/keys.md).")
            : masters.All[^1];
    }

    private static bool Opens(MasterKey candidate, byte[] box, string owner)
    {
        try
        {
            Gcm.Open(OldSealingKey(candidate.Secret), 1, box, owner);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal static string BoundTo(Guid id) => DataKeys.BoundTo(Guid.Empty, "root", id);
}
