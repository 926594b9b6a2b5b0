using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Audit;

/// <summary>The audit log of all tenants, for an administrator of the platform.</summary>
internal static class AuditEndpoint
{
    /// <param name="Seq">Its place in the chain of its tenant.</param>
    /// <param name="Actor">The person who did it; <c>null</c> for the system itself.</param>
    /// <param name="Hash">Hexadecimal: SHA-256 over the hash of the row before it and this row.</param>
    internal sealed record View(
        Guid Id, Guid TenantId, long Seq, DateTimeOffset At, Guid? Actor, string? ActorEmail, string Action, string? Subject,
        JsonElement? Detail, string Hash);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Database database, CancellationToken ct, string? tenant_id = null, string? actor = null, string? action = null,
        DateTimeOffset? from = null, DateTimeOffset? to = null, int limit = Paging.Default, string? cursor = null)
    {
        var query = new ListQuery(limit, cursor);
        var tenant = query.Id(tenant_id, "tenant_id");
        var person = query.Id(actor, "actor");
        if (query.Fault is { } fault) return fault;

        // Across tenants, which only this policy may: the system role, and a statement of its own.
        await using var command = database.System.CreateCommand("""
            select l.id, l.tenant_id, l.seq, l.at, l.actor, u.email, l.action, l.subject, l.detail, l.hash
            from tenancy.audit_log l left join tenancy.users u on u.id = l.actor
            where ($1::uuid is null or l.tenant_id = $1) and ($2::uuid is null or l.actor = $2) and ($3::text is null or l.action = $3)
              and ($4::timestamptz is null or l.at >= $4) and ($5::timestamptz is null or l.at < $5) and ($6::timestamptz is null or (l.at, l.id) < ($6, $7))
            order by l.at desc, l.id desc limit $8
            """);
        command.Parameters.AddId(tenant);
        command.Parameters.AddId(person);
        command.Parameters.AddText(action is { Length: > 0 } ? action : null);
        command.Parameters.AddTime(from?.ToUniversalTime());
        command.Parameters.AddTime(to?.ToUniversalTime());
        command.Parameters.AddTime(query.Before?.At);
        command.Parameters.AddId(query.Before?.Id);
        command.Parameters.AddWithValue(query.Size + 1);
        List<View> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(new View(row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3), row.GuidOrNull(4),
                row.TextOrNull(5), row.GetString(6), row.TextOrNull(7), row.IsDBNull(8)
                    ? null : JsonDocument.Parse(row.GetString(8)).RootElement, Convert.ToHexStringLower(row.GetFieldValue<byte[]>(9))));
        }
        return query.Paged(found, entry => (entry.At, entry.Id));
    }
}
