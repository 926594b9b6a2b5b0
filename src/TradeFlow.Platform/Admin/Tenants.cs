using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Admin;

/// <summary>Everybody who is a customer.</summary>
internal static class Tenants
{
    /// <param name="Plan">Slug of the plan.</param>
    /// <param name="Status">Of the subscription, in Stripe's words; <c>trialing</c> also for the trial.</param>
    /// <param name="Accounts">Broker accounts that are not deleted.</param>
    internal sealed record View(
        Guid Id, string Name, string Slug, string? Plan, string? Status, int Accounts, int Users, DateTimeOffset? LastSignalAt,
        DateTimeOffset CreatedAt);

    internal static async Task<Results<Ok<List<View>>, ProblemHttpResult>> List(
        Database database, HttpContext http, CancellationToken ct, string? query = null, string? plan = null, int? limit = null,
        string? cursor = null)
    {
        var asked = new ListQuery(limit, cursor);
        var part = asked.Part(query, "query");
        if (asked.Fault is { } fault) return fault;
        await using var command = database.System.CreateCommand("""
            select t.id, t.name, t.slug, b.plan, b.status, t.created_at,
                   (select count(*) from accounts.accounts a where a.tenant_id = t.id and a.deleted_at is null)::int,
                   (select count(*) from tenancy.memberships m where m.tenant_id = t.id)::int,
                   (select w.received_at from alerts.webhooks_log w where w.tenant_id = t.id order by w.received_at desc limit 1)
            from tenancy.tenants t left join billing.billing_status b on b.tenant_id = t.id
            where ($1::text is null or t.name ilike $1 or t.slug ilike $1 or t.id = $2
                   or exists (select 1 from tenancy.memberships m join tenancy.users u on u.id = m.user_id where m.tenant_id = t.id and u.email ilike $1))
              and ($3::text is null or b.plan = $3) and ($4::timestamptz is null or (t.created_at, t.id) < ($4, $5))
            order by t.created_at desc, t.id desc limit $6
            """);
        command.Parameters.AddText(part);
        command.Parameters.AddId(Guid.TryParse(query, out var id) ? id : null);
        command.Parameters.AddText(string.IsNullOrEmpty(plan) ? null : plan);
        command.Parameters.AddTime(asked.Before?.At);
        command.Parameters.AddId(asked.Before?.Id);
        command.Parameters.AddWithValue(asked.Size + 1);
        List<View> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            found.Add(new View(row.GetGuid(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.TextOrNull(4), row.GetInt32(6),
                row.GetInt32(7), row.TimeOrNull(8), row.GetFieldValue<DateTimeOffset>(5)));
        }
        return asked.Bare(found, view => (view.CreatedAt, view.Id), http);
    }
}
