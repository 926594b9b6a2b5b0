using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;

namespace TradeFlow.Platform.Live.Notices;

/// <summary>
/// Tells the people of a tenant something that they should know even when nobody looks now: a row, and an event for the sockets that are
/// open.
/// </summary>
[OpenToModules]
internal sealed class Notifications(Database database, LiveEvents live, TimeProvider clock)
{
    public const string Info = "info";
    public const string Warning = "warning";
    public const string Critical = "critical";

    /// <summary>In the caller's transaction; its connection may be of either role.</summary>
    /// <param name="severity"><see cref="Info"/>, <see cref="Warning"/> or <see cref="Critical"/>.</param>
    /// <param name="kind">A stable name such as <c>account.needs_reconnect</c>.</param>
    /// <param name="text">A sentence for people, without secrets.</param>
    /// <param name="dataJson">
    /// A JSON object with ids that a screen can follow, or <c>null</c>. Of <c>account_id</c> and <c>account_ids</c> it is told to those
    /// alone who see them all.
    /// </param>
    public Task AddAsync(
        TenantId tenant, string severity, string kind, string text, string? dataJson, NpgsqlConnection connection, CancellationToken ct) =>
        WriteAsync(tenant, null, null, severity, kind, text, dataJson, connection, ct);

    /// <summary>The same, for what several processes may find, or one several times: the first tells it.</summary>
    /// <param name="once">What it is about, within the tenant.</param>
    public Task AddOnceAsync(
        TenantId tenant, string once, string severity, string kind, string text, string? dataJson, NpgsqlConnection connection,
        CancellationToken ct) =>
        WriteAsync(tenant, null, once, severity, kind, text, dataJson, connection, ct);

    /// <summary>The same, about one person: the others of the tenant do not see it.</summary>
    public Task AddPersonalAsync(
        TenantId tenant, UserId user, string severity, string kind, string text, string? dataJson, NpgsqlConnection connection,
        CancellationToken ct) =>
        WriteAsync(tenant, user, null, severity, kind, text, dataJson, connection, ct);

    /// <summary>In a transaction of its own.</summary>
    public async Task AddAsync(TenantId tenant, string severity, string kind, string text, string? dataJson, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await AddAsync(tenant, severity, kind, text, dataJson, connection, ct);
    }

    private async Task WriteAsync(
        TenantId tenant, UserId? user, string? once, string severity, string kind, string text, string? dataJson,
        NpgsqlConnection connection,
        CancellationToken ct)
    {
        var notice = new Notice
        {
            Id = NewId.At(clock),
            At = clock.GetUtcNow(),
            Severity = severity,
            Kind = kind,
            Text = text,
            Data = dataJson is null ? null : JsonDocument.Parse(dataJson).RootElement,
        };
        var about = AccountsOf(notice.Data);
        await using var command = new NpgsqlCommand("""
            insert into live.notifications (id, tenant_id, at, severity, kind, text, data, user_id, once, accounts) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                on conflict (tenant_id, once) where once is not null do nothing
            """, connection);
        command.Parameters.AddWithValue(notice.Id);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(notice.At);
        command.Parameters.AddWithValue(severity);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(text);
        command.Parameters.AddJson(dataJson);
        command.Parameters.AddId(user?.Value);
        command.Parameters.AddText(once);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, about);
        var isNew = await command.ExecuteNonQueryAsync(ct) == 1;
        // Before the commit, so that no caller can forget it. Rolled back, it was a toast that the list does not have.
        // The sockets are those of a tenant: what is about one person waits for the list.
        if (isNew && user is null)
            live.Publish(tenant, about, JsonSerializer.Serialize(NoticeEvent.Of(notice), NoticeJson.Default.NoticeEvent));
    }

    private static Guid[]? AccountsOf(JsonElement? data)
    {
        if (data is not { ValueKind: JsonValueKind.Object } about) return null;
        List<Guid> accounts = [];
        if (about.TryGetProperty("account_id", out var one) && one.ValueKind == JsonValueKind.String && one.TryGetGuid(out var only))
            accounts.Add(only);
        if (about.TryGetProperty("account_ids", out var several) && several.ValueKind == JsonValueKind.Array)
            accounts.AddRange(several.EnumerateArray().Select(each => each.GetGuid()));
        return accounts.Count == 0 ? null : [.. accounts];
    }
}
