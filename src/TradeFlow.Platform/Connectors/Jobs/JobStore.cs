using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>The Worker's side of <c>connectors.jobs</c>.</summary>
internal sealed partial class JobStore(Database database, SecretBox secrets, ILogger<JobStore> log, IWorkers? workers = null)
{
    private readonly Guid worker = Guid.NewGuid();

    /// <summary>
    /// Takes waiting jobs for this Worker alone. Expired ones are left to the sweep. A job about an account that is served belongs to the
    /// Worker that has its lane, where its session is: a broker that sees two log-ins may end one or both.
    /// </summary>
    public async Task<IReadOnlyList<Job>> ClaimAsync(int atMost, CancellationToken ct)
    {
        List<Job> jobs = [];
        await using var command = database.System.CreateCommand("""
            update connectors.jobs set status = 'running', claimed_by = $1, claimed_at = now()
            where id in (
                select j.id from connectors.jobs j where j.status = 'queued' and j.expires_at > now() and (
                    $3::text is null or j.account_id is null
                    or exists (select from trading.lanes l where l.account_id = j.account_id and l.holder = $3)
                    or not exists (select from accounts.accounts a where a.id = j.account_id and a.deleted_at is null and a.status <> 'pending'))
                order by j.created_at limit $2 for update skip locked)
            returning id, tenant_id, account_id, kind, request, expires_at
            """);
        command.Parameters.AddWithValue(worker);
        command.Parameters.AddWithValue(atMost);
        command.Parameters.AddText(workers?.Self);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            try
            {
                var tenant = new TenantId(reader.GetGuid(1));
                var request = secrets.OpenText(tenant, reader.GetFieldValue<byte[]>(4), JobClient.SealOwner(id));
                jobs.Add(new Job(id, tenant, reader.IsDBNull(2) ? null : new AccountId(reader.GetGuid(2)), reader.GetString(3), request, reader.GetFieldValue<DateTimeOffset>(5)));
            }
            catch (CryptographicException)
            {
                // Sealed with a key that is gone: nobody here can read it, and it expires by itself.
                LogUnreadable(id);
            }
        }
        return jobs;
    }

    /// <summary>Writes the answer and forgets the question.</summary>
    public async Task FinishAsync(Guid id, string status, string resultJson, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("update connectors.jobs set status = $2, result = $3::jsonb, done_at = now(), request = ''::bytea where id = $1 and claimed_by = $4");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(status);
        command.Parameters.AddWithValue(resultJson);
        command.Parameters.AddWithValue(worker);
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(3501, LogLevel.Error, "Job {Id} cannot be opened: is a key missing?")]
    private partial void LogUnreadable(Guid id);
}
