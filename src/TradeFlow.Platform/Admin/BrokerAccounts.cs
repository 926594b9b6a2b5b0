using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Admin;

/// <summary>The broker accounts of all tenants. Keys and credentials are nobody's to see here.</summary>
internal static class BrokerAccounts
{
    /// <param name="Status"><c>pending</c>, <c>active</c>, <c>offline</c>, <c>error</c> or <c>needs_reconnect</c>.</param>
    /// <param name="StatusReason">Why it is not active.</param>
    internal sealed record View(
        Guid Id, Guid TenantId, string Tenant, string Broker, string Name, string? Server, string Mode, string Status, string? StatusReason,
        bool Enabled, string Currency, decimal? Balance, decimal? Equity, int OpenPositions, DateTimeOffset? LastSync,
        DateTimeOffset CreatedAt);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Database database, CancellationToken ct, string? tenant_id = null, string? broker = null, string? status = null, int? limit = null,
        string? cursor = null)
    {
        var asked = new ListQuery(limit, cursor);
        var tenant = asked.Id(tenant_id, "tenant_id");
        var state = asked.OneOf(status, "status", "pending", "active", "offline", "error", "needs_reconnect");
        if (asked.Fault is { } fault) return fault;
        await using var command = database.System.CreateCommand("""
            select a.id, a.tenant_id, t.name, a.broker, a.name, a.server, a.mode, a.status, a.status_reason, a.enabled, a.currency, a.balance, a.equity, a.last_sync, a.created_at,
                   (select count(*) from trading.positions p where p.account_id = a.id and p.status = 'OPEN')::int
            from accounts.accounts a join tenancy.tenants t on t.id = a.tenant_id
            where a.deleted_at is null and ($1::uuid is null or a.tenant_id = $1) and ($2::text is null or a.broker = $2) and ($3::text is null or a.status = $3)
              and ($4::timestamptz is null or (a.created_at, a.id) < ($4, $5))
            order by a.created_at desc, a.id desc limit $6
            """);
        command.Parameters.AddId(tenant);
        command.Parameters.AddText(string.IsNullOrEmpty(broker) ? null : broker);
        command.Parameters.AddText(state);
        command.Parameters.AddTime(asked.Before?.At);
        command.Parameters.AddId(asked.Before?.Id);
        command.Parameters.AddWithValue(asked.Size + 1);
        List<View> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(new View(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetString(4), row.TextOrNull(5),
                row.GetString(6), row.GetString(7), row.TextOrNull(8), row.GetBoolean(9), row.GetString(10), row.DecimalOrNull(11),
                row.DecimalOrNull(12), row.GetInt32(15), row.TimeOrNull(13), row.GetFieldValue<DateTimeOffset>(14)));
        }
        return asked.Paged(found, view => (view.CreatedAt, view.Id));
    }
}
