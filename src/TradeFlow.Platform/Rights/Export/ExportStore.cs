using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Rights.Export;

/// <param name="Claim">Of this attempt: another one that has begun since shuts it out.</param>
internal sealed record ExportJob(Guid Id, TenantId Tenant, Guid Claim, int Attempt);

/// <summary>Another Worker makes the export now.</summary>
internal sealed class ExportTakenException() : Exception("Another Worker makes this export now.");

/// <summary>The Worker's side of <c>rights.exports</c>.</summary>
internal sealed class ExportStore(Database database, AuditLog audit, TimeProvider clock)
{
    public const int Attempts = 3;

    /// <summary>How long the file can be fetched.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Takes the oldest that waits, or whose Worker has ended. It begins anew.</summary>
    public async Task<ExportJob?> ClaimAsync(CancellationToken ct)
    {
        var claim = Guid.NewGuid();
        await using var command = database.System.CreateCommand("""
            with taken as (
                update rights.exports set status = 'running', claim = $1, attempts = attempts + 1, lines_done = 0, lines_all = null,
                    lease_until = clock_timestamp() + $2
                where id = (select id from rights.exports
                    where status = 'queued' or (status = 'running' and lease_until < clock_timestamp()) order by created_at limit 1 for update skip locked)
                returning id, tenant_id, attempts),
            emptied as (delete from rights.export_parts p using taken where p.export_id = taken.id)
            select id, tenant_id, attempts from taken
            """);
        command.Parameters.AddWithValue(claim);
        command.Parameters.AddWithValue(Lease);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new ExportJob(row.GetGuid(0), new TenantId(row.GetGuid(1)), claim, row.GetInt32(2)) : null;
    }

    public Task AddPartAsync(ExportJob job, int number, ReadOnlyMemory<byte> bytes, CancellationToken ct) => DoAsync("""
        insert into rights.export_parts (export_id, no, tenant_id, bytes)
        select id, $3, tenant_id, $4 from rights.exports where id = $1 and claim = $2 and status = 'running'
        """, job, ct, number, bytes);

    /// <summary>Says how far it has come, and that somebody is at it still.</summary>
    public Task ProgressAsync(ExportJob job, long done, long all, CancellationToken ct) => DoAsync("""
        update rights.exports set lines_done = $3, lines_all = $4, lease_until = clock_timestamp() + $5
        where id = $1 and claim = $2 and status = 'running'
        """, job, ct, done, all, Lease);

    public async Task FinishAsync(ExportJob job, long bytes, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = CommandOf("""
            update rights.exports set status = 'done', claim = null, lease_until = null, bytes = $3, done_at = $4, expires_at = $5
            where id = $1 and claim = $2 and status = 'running'
            """, job, bytes, now, now + Kept);
        command.Connection = connection;
        if (await command.ExecuteNonQueryAsync(ct) == 0) throw new ExportTakenException();
        // The newest alone is kept.
        await using (var older = new NpgsqlCommand(
            "delete from rights.exports where tenant_id = $1 and id <> $2 and status in ('done', 'failed')", connection))
        {
            older.Parameters.AddWithValue(job.Tenant.Value);
            older.Parameters.AddWithValue(job.Id);
            await older.ExecuteNonQueryAsync(ct);
        }
        await audit.WriteAsync(job.Tenant, null, "export.made", job.Id.ToString(), null, connection, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Gives it back after a fault, to be tried again, or not any more.</summary>
    /// <param name="counts">False where the Worker ends by itself: that is no fault of the export's.</param>
    public async Task GiveBackAsync(ExportJob job, bool counts, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var command = CommandOf("""
            update rights.exports set claim = null, lease_until = null, attempts = attempts - $3,
                status = case when attempts - $3 >= $4 then 'failed' else 'queued' end, expires_at = case when attempts - $3 >= $4 then $5 end
            where id = $1 and claim = $2 and status = 'running'
            """, job, counts ? 0 : 1, Attempts, clock.GetUtcNow() + Kept);
        command.Connection = connection;
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task DoAsync(string sql, ExportJob job, CancellationToken ct, params object[] values)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var command = CommandOf(sql, job, values);
        command.Connection = connection;
        if (await command.ExecuteNonQueryAsync(ct) == 0) throw new ExportTakenException();
    }

    private static NpgsqlCommand CommandOf(string sql, ExportJob job, params object[] values)
    {
        var command =
            new NpgsqlCommand(sql) { CommandTimeout = 30, Parameters = { new() { Value = job.Id }, new() { Value = job.Claim } } };
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return command;
    }
}
