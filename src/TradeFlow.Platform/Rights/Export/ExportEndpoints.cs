using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Rights.Export;

/// <summary>An owner asks for everything that the tenant has, sees how far it is, and fetches it.</summary>
internal static class ExportEndpoints
{
    internal sealed record Asked(Guid Id);

    /// <param name="Status"><c>queued</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</param>
    /// <param name="Progress">In percent.</param>
    /// <param name="Url">Where the file is; once it is done, until it is forgotten.</param>
    internal sealed record View(
        Guid Id, string Status, int Progress, string? Url, long? Bytes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

    private const string Columns = "id, status, lines_done, lines_all, bytes, created_at, expires_at";
    private const string Standing = "(expires_at is null or expires_at > $1)";

    internal static async Task<Accepted<Asked>> Ask(
        TenantContext tenant, TenantDb db, AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        var made = NewId.At(clock);
        Guid? id;
        // One that has ended between the two looks is neither in the way nor seen: then it is asked for again.
        do
        {
            id = await db.RunSqlAsync(async connection =>
            {
                if (!await AddAsync(made, tenant, clock.GetUtcNow(), connection, ct)) return await OpenAsync(connection, ct);
                await audit.WriteAsync(tenant.Tenant, tenant.User, "export.requested", made.ToString(), null, connection, ct);
                return made;
            }, ct);
        }
        while (id is null);
        return TypedResults.Accepted($"/api/user/export/{id}", new Asked(id.Value));
    }

    private static async Task<bool> AddAsync(
        Guid id, TenantContext tenant, DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into rights.exports (id, tenant_id, requested_by, created_at) values ($1, $2, $3, $4)
            on conflict (tenant_id) where status in ('queued', 'running') do nothing
            """, connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(tenant.Tenant.Value);
        command.Parameters.AddWithValue(tenant.User.Value);
        command.Parameters.AddWithValue(now);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private static async Task<Guid?> OpenAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select id from rights.exports where status in ('queued', 'running')", connection);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    internal static async Task<Ok<Page<View>>> List(TenantDb db, TimeProvider clock, CancellationToken ct) =>
        TypedResults.Ok(new Page<View>(await ReadAsync(null, db, clock, ct), null));

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(Guid id, TenantDb db, TimeProvider clock, CancellationToken ct) =>
        await ReadAsync(id, db, clock, ct) is [var view] ? TypedResults.Ok(view) : Problem.NotFound();

    internal static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Fetch(
        Guid id, TenantContext tenant, TenantDb db, AuditLog audit, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        var bytes = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"select bytes from rights.exports where id = $2 and status = 'done' and {Standing}", connection);
            command.Parameters.AddWithValue(clock.GetUtcNow());
            command.Parameters.AddWithValue(id);
            var found = await command.ExecuteScalarAsync(ct) as long?;
            if (found is not null)
                await audit.WriteAsync(tenant.Tenant, tenant.User, "export.fetched", id.ToString(), null, connection, ct);
            return found;
        }, ct);
        if (bytes is null) return Problem.NotFound();
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = bytes;
        return TypedResults.Stream(stream => SendAsync(id, stream, db, ct), "application/zip", "tradeflow-export.zip");
    }

    // Part by part, each in a transaction of its own: whoever fetches slowly holds no connection meanwhile.
    private static async Task SendAsync(Guid id, Stream stream, TenantDb db, CancellationToken ct)
    {
        for (var number = 0; ; number++)
        {
            var part = await db.RunSqlAsync(async connection =>
            {
                await using var command = new NpgsqlCommand(
                    "select bytes from rights.export_parts where export_id = $1 and no = $2", connection);
                command.Parameters.AddWithValue(id);
                command.Parameters.AddWithValue(number);
                return await command.ExecuteScalarAsync(ct) as byte[];
            }, ct);
            if (part is null) return;
            await stream.WriteAsync(part, ct);
        }
    }

    private static Task<List<View>> ReadAsync(Guid? id, TenantDb db, TimeProvider clock, CancellationToken ct) =>
        db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"select {Columns} from rights.exports where {Standing} and id = coalesce($2, id) order by created_at desc limit 20",
                connection);
            command.Parameters.AddWithValue(clock.GetUtcNow());
            command.Parameters.AddId(id);
            List<View> views = [];
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) views.Add(ViewOf(row));
            return views;
        }, ct);

    private static View ViewOf(NpgsqlDataReader row)
    {
        var (id, status) = (row.GetGuid(0), row.GetString(1));
        var isDone = status == "done";
        return new View(id, status, isDone ? 100 : PercentOf(row.GetInt64(2), row.IsDBNull(3) ? 0 : row.GetInt64(3)),
            isDone ? $"/api/user/export/{id}/file" : null, row.IsDBNull(4) ? null : row.GetInt64(4), row.GetFieldValue<DateTimeOffset>(5),
            row.TimeOrNull(6));
    }

    // What is written is not all that is to be done: 100 is said when the file is there.
    private static int PercentOf(long done, long all) => all == 0 ? 0 : (int)Math.Min(99, 100 * done / all);
}
