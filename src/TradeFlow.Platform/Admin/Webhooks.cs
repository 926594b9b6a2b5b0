using Microsoft.AspNetCore.Http.HttpResults;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Admin;

/// <summary>The signals of all tenants. What was sent is the tenant's: it may hold a key, and says how somebody trades.</summary>
internal static class Webhooks
{
    /// <param name="Status">The HTTP status of the answer; 202 where the process ended before it could answer.</param>
    /// <param name="LatencyMs">From the arrival to the answer.</param>
    internal sealed record View(
        Guid Id, Guid TenantId, string Tenant, Guid AccountId, string Broker, DateTimeOffset ReceivedAt, int Status, string? Code,
        Guid? OrderId, decimal? LatencyMs, string? Dialect, string? Error);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Database database, CancellationToken ct, string? tenant_id = null, string? broker = null, string? status = null,
        DateTimeOffset? from = null, DateTimeOffset? to = null, int? limit = null, string? cursor = null)
    {
        var asked = new ListQuery(limit, cursor);
        var tenant = asked.Id(tenant_id, "tenant_id");
        var (exact, hundreds) = asked.Status(status);
        if (asked.Fault is { } fault) return fault;
        await using var command = database.System.CreateCommand("""
            select w.id, w.tenant_id, t.name, w.account_id, w.broker, w.received_at, coalesce(w.status, 202), w.code, w.order_id, w.latency_ms, w.dialect, w.error
            from alerts.webhooks_log w join tenancy.tenants t on t.id = w.tenant_id
            where ($1::uuid is null or w.tenant_id = $1) and ($2::text is null or w.broker = $2) and ($3::int is null or coalesce(w.status, 202) = $3)
              and ($4::int is null or coalesce(w.status, 202) / 100 = $4) and w.received_at >= coalesce($5, '-infinity') and w.received_at < coalesce($6, 'infinity')
              and ($7::timestamptz is null or (w.received_at, w.id) < ($7, $8))
            order by w.received_at desc, w.id desc limit $9
            """);
        command.Parameters.AddId(tenant);
        command.Parameters.AddText(string.IsNullOrEmpty(broker) ? null : broker);
        command.Parameters.Add(NpgsqlDbType.Integer, exact);
        command.Parameters.Add(NpgsqlDbType.Integer, hundreds);
        command.Parameters.AddTime(from?.ToUniversalTime());
        command.Parameters.AddTime(to?.ToUniversalTime());
        command.Parameters.AddTime(asked.Before?.At);
        command.Parameters.AddId(asked.Before?.Id);
        command.Parameters.AddWithValue(asked.Size + 1);
        List<View> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(new View(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetGuid(3), row.GetString(4),
                row.GetFieldValue<DateTimeOffset>(5), row.GetInt32(6), row.TextOrNull(7), row.GuidOrNull(8),
                row.IsDBNull(9) ? null : row.GetDecimal(9), row.TextOrNull(10), row.TextOrNull(11)));
        }
        return asked.Paged(found, view => (view.ReceivedAt, view.Id));
    }
}
