using System.Security.Cryptography;
using System.Text;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Audit;

/// <summary>The first place at which the chain of a tenant does not hold.</summary>
/// <param name="Row">The row, where there is one to name.</param>
internal sealed record AuditFault(Guid Tenant, long Seq, Guid? Row, string What)
{
    public override string ToString() => $"Tenant {Tenant}: {What} (place {Seq}{(Row is { } id ? $", row {id}" : "")})";
}

internal sealed record AuditVerdict(int Tenants, long Rows, IReadOnlyList<AuditFault> Faults);

/// <summary>
/// Walks the chains of all tenants and computes every hash anew, here and not by a function of the database. Finds rows that were changed,
/// taken out, slipped in or cut off, and chains that were written anew after a seal. What was cut off or rewritten since the last seal
/// alone cannot be told.
/// </summary>
internal sealed class AuditChain(Database database, AuditSeals seals)
{
    public async Task<AuditVerdict> VerifyAsync(CancellationToken ct)
    {
        // One snapshot: rows that are added meanwhile do not disturb.
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        var heads = await HeadsAsync(connection, ct);
        var marks = await SealsAsync(connection, ct);
        Dictionary<Guid, AuditFault> faults = [];
        // Where retention has taken the oldest rows, a chain begins behind its cut.
        var cuts = await CutsAsync(connection, faults, ct);
        Dictionary<Guid, (long Seq, byte[] Hash)> ends = new(cuts);
        var rows = 0L;
        await using (var command = new NpgsqlCommand("""
            select tenant_id, seq, id, prev_hash, hash,
                   jsonb_build_array(seq, id, tenant_id, to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), actor, action, subject, detail)::text
            from tenancy.audit_log order by tenant_id, seq, id
            """, connection) { CommandTimeout = 600 })
        {
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                rows++;
                var (tenant, seq, id) = (row.GetGuid(0), row.GetInt64(1), row.GetGuid(2));
                // What lies before a cut is being taken away.
                if (faults.ContainsKey(tenant) || (cuts.TryGetValue(tenant, out var cut) && seq <= cut.Seq)) continue;
                var (before, prev) = ends.GetValueOrDefault(tenant, (0, []));
                var (named, hash) = (row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4));
                if (seq != before + 1) faults[tenant] = new AuditFault(tenant, before + 1, id,
                    seq <= before ? "a row stands twice" : "rows are missing before this one");
                else if (!named.AsSpan().SequenceEqual(prev))
                    faults[tenant] = new AuditFault(tenant, seq, id, "the row does not follow the one before it");
                else if (!SHA256.HashData([.. named, .. Encoding.UTF8.GetBytes(row.GetString(5))]).AsSpan().SequenceEqual(hash))
                    faults[tenant] = new AuditFault(tenant, seq, id, "the row was changed");
                else if (marks.TryGetValue((tenant, seq), out var seal) && !seal.AsSpan().SequenceEqual(hash))
                    faults[tenant] = new AuditFault(tenant, seq, id, "the chain was written anew after it had been sealed");
                else ends[tenant] = (seq, hash);
            }
        }
        foreach (var (tenant, seq) in marks.Keys)
            if (!faults.ContainsKey(tenant) && ends.GetValueOrDefault(tenant, (0, [])).Seq < seq)
                faults[tenant] = new AuditFault(tenant, seq, null, "rows at the end are missing: there is a seal of a later one");
        foreach (var (tenant, (seq, hash)) in heads)
        {
            var end = ends.GetValueOrDefault(tenant, (0, []));
            if (!faults.ContainsKey(tenant) && (end.Seq != seq || !end.Hash.AsSpan().SequenceEqual(hash)))
                faults[tenant] = new AuditFault(tenant, seq, null, "rows at the end are missing, or were added past the chain");
        }
        foreach (var tenant in ends.Keys.Where(tenant => !heads.ContainsKey(tenant) && !faults.ContainsKey(tenant)))
            faults[tenant] = new AuditFault(tenant, ends[tenant].Seq, null, "the head of the chain is gone");
        foreach (var tenant in await ForgedSealsAsync(connection, ct)) faults.TryAdd(tenant.Tenant, tenant);
        return new AuditVerdict(heads.Count, rows, [.. faults.Values]);
    }

    private static async Task<Dictionary<Guid, (long Seq, byte[] Hash)>> HeadsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        Dictionary<Guid, (long, byte[])> heads = [];
        await using var command = new NpgsqlCommand("select tenant_id, seq, hash from tenancy.audit_heads", connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) heads[row.GetGuid(0)] = (row.GetInt64(1), row.GetFieldValue<byte[]>(2));
        return heads;
    }

    private async Task<Dictionary<Guid, (long Seq, byte[] Hash)>> CutsAsync(
        NpgsqlConnection connection, Dictionary<Guid, AuditFault> faults, CancellationToken ct)
    {
        Dictionary<Guid, (long, byte[])> cuts = [];
        await using var command = new NpgsqlCommand("select tenant_id, seq, hash, signature from tenancy.audit_cuts", connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (tenant, seq, hash) = (row.GetGuid(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2));
            if (seals.IsGenuineCut(tenant, seq, hash, row.GetFieldValue<byte[]>(3))) cuts[tenant] = (seq, hash);
            else faults[tenant] = new AuditFault(tenant, seq, null, "a cut was not made with our key");
        }
        return cuts;
    }

    private async Task<Dictionary<(Guid Tenant, long Seq), byte[]>> SealsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        Dictionary<(Guid, long), byte[]> genuine = [];
        await ReadSealsAsync(connection, (tenant, seq, hash, isGenuine) =>
        {
            if (isGenuine) genuine[(tenant, seq)] = hash;
        }, ct);
        return genuine;
    }

    private async Task<List<AuditFault>> ForgedSealsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        List<AuditFault> forged = [];
        await ReadSealsAsync(connection, (tenant, seq, _, isGenuine) =>
        {
            if (!isGenuine) forged.Add(new AuditFault(tenant, seq, null, "a seal was not made with our key"));
        }, ct);
        return forged;
    }

    private async Task ReadSealsAsync(NpgsqlConnection connection, Action<Guid, long, byte[], bool> take, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select tenant_id, seq, hash, signature from tenancy.audit_seals order by seq", connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (tenant, seq, hash) = (row.GetGuid(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2));
            take(tenant, seq, hash, seals.IsGenuine(tenant, seq, hash, row.GetFieldValue<byte[]>(3)));
        }
    }
}
