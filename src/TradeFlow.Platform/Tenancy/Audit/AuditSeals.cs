using System.Buffers.Binary;
using System.Security.Cryptography;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Audit;

/// <summary>Signs the heads of the chains from time to time, with a key that is not in PostgreSQL.</summary>
internal sealed class AuditSeals(Database database, KeyRing keys)
{
    private readonly byte[] key = keys.Derive("audit-seal");
    private readonly byte[] cutKey = keys.Derive("audit-cut");

    /// <summary>Seals every chain that has grown since its last seal.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SealAsync(CancellationToken ct)
    {
        List<(Guid Tenant, long Seq, byte[] Hash)> grown = [];
        await using (var command = database.System.CreateCommand("""
            select h.tenant_id, h.seq, h.hash from tenancy.audit_heads h where not exists (select 1 from tenancy.audit_seals s where s.tenant_id = h.tenant_id and s.seq >= h.seq)
            """))
        {
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct)) grown.Add((rows.GetGuid(0), rows.GetInt64(1), rows.GetFieldValue<byte[]>(2)));
        }
        foreach (var batch in grown.Chunk(500))
        {
            await using var connection = await database.System.OpenConnectionAsync(ct);
            await using var insert = new NpgsqlBatch(connection);
            foreach (var (tenant, seq, hash) in batch)
            {
                insert.BatchCommands.Add(new NpgsqlBatchCommand(
                    "insert into tenancy.audit_seals (tenant_id, seq, hash, signature) values ($1, $2, $3, $4) on conflict do nothing")
                {
                    Parameters = { new() { Value = tenant }, new() { Value = seq }, new() { Value = hash }, new()
                    {
                        Value = Sign(key, tenant, seq, hash)
                    } },
                });
            }
            await insert.ExecuteNonQueryAsync(ct);
        }
        return grown.Count;
    }

    public bool IsGenuine(Guid tenant, long seq, byte[] hash, byte[] signature) =>
        CryptographicOperations.FixedTimeEquals(Sign(key, tenant, seq, hash), signature);

    /// <summary>Vouches for a chain that begins behind this row, since retention has taken what came before.</summary>
    public byte[] SignCut(Guid tenant, long seq, byte[] hash) => Sign(cutKey, tenant, seq, hash);

    public bool IsGenuineCut(Guid tenant, long seq, byte[] hash, byte[] signature) =>
        CryptographicOperations.FixedTimeEquals(SignCut(tenant, seq, hash), signature);

    private static byte[] Sign(byte[] key, Guid tenant, long seq, byte[] hash)
    {
        var signed = new byte[24 + hash.Length];
        tenant.TryWriteBytes(signed, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(signed.AsSpan(16), seq);
        hash.CopyTo(signed, 24);
        return HMACSHA256.HashData(key, signed);
    }
}
