using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;

namespace TradeFlow.Platform.Tenancy.Audit;

/// <summary>
/// Takes away the oldest rows of the audit log, if the configuration says so at all. A chain is cut at a sealed row, and the cut is signed:
/// what is left can be verified as before. A chain that does not hold is evidence and stays as it is.
/// </summary>
internal sealed partial class AuditRetention(
    Database database, AuditChain chain, AuditSeals seals, IOptions<RetentionOptions> options, TimeProvider clock,
    ILogger<AuditRetention> log) : IRecurringJob
{
    private const int Piece = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public string Name => "tenancy.audit_log";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public IReadOnlyList<string> Tables => ["tenancy.audit_log", "tenancy.audit_seals"];

    public async Task<long> RunAsync(CancellationToken ct)
    {
        if (options.Value.AuditDays is not { } days) return 0;
        var cuts = await FindCutsAsync(clock.GetUtcNow().AddDays(-days), ct);
        if (cuts.Count == 0) return 0;
        var broken = (await chain.VerifyAsync(ct)).Faults.Select(fault => fault.Tenant).ToHashSet();
        var gone = 0L;
        foreach (var (tenant, seq, hash) in cuts)
        {
            if (broken.Contains(tenant)) LogBroken(tenant);
            else gone += await CutAsync(tenant, seq, hash, ct);
        }
        return gone;
    }

    // The newest sealed row of each chain that is old enough.
    private async Task<List<(Guid Tenant, long Seq, byte[] Hash)>> FindCutsAsync(DateTimeOffset before, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select distinct on (s.tenant_id) s.tenant_id, s.seq, s.hash
            from tenancy.audit_seals s join tenancy.audit_log l on l.tenant_id = s.tenant_id and l.seq = s.seq and l.at < $1
            order by s.tenant_id, s.seq desc
            """);
        command.CommandTimeout = 60;
        command.Parameters.AddWithValue(before);
        List<(Guid, long, byte[])> cuts = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) cuts.Add((row.GetGuid(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)));
        return cuts;
    }

    private async Task<long> CutAsync(Guid tenant, long seq, byte[] hash, CancellationToken ct)
    {
        await using (var mark = database.System.CreateCommand("""
            insert into tenancy.audit_cuts as c (tenant_id, seq, hash, signature) values ($1, $2, $3, $4)
                on conflict (tenant_id) do update set seq = excluded.seq, hash = excluded.hash, signature = excluded.signature, at = now()
                where c.seq < excluded.seq
            """))
        {
            mark.Parameters.AddWithValue(tenant);
            mark.Parameters.AddWithValue(seq);
            mark.Parameters.AddWithValue(hash);
            mark.Parameters.AddWithValue(seals.SignCut(tenant, seq, hash));
            await mark.ExecuteNonQueryAsync(ct);
        }
        for (var gone = 0L; ; await Task.Delay(Pause, clock, ct))
        {
            await using var cut = database.System.CreateCommand("select tenancy.cut_audit($1, $2)");
            cut.Parameters.AddWithValue(tenant);
            cut.Parameters.AddWithValue(Piece);
            if (await cut.ExecuteScalarAsync(ct) is not (long piece and > 0)) return gone;
            gone += piece;
        }
    }

    [LoggerMessage(1120, LogLevel.Error,
        "The audit log of tenant {Tenant} does not hold: nothing of it is taken away; verify-audit says where")]
    private partial void LogBroken(Guid tenant);
}
