using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Audit;

/// <summary>Writes who did what, in the transaction that does it.</summary>
[OpenToModules]
internal sealed class AuditLog(TimeProvider clock)
{
    /// <param name="action">A short verb phrase such as <c>account.key_revealed</c>.</param>
    /// <param name="subject">What it was done to: usually an id.</param>
    /// <param name="detailJson">A JSON object without secrets, or <c>null</c>.</param>
    public async Task WriteAsync(
        TenantId tenant, UserId? actor, string action, string? subject, string? detailJson, NpgsqlConnection connection,
        CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into tenancy.audit_log (id, tenant_id, at, actor, action, subject, detail) values ($1, $2, $3, $4, $5, $6, $7)",
            connection);
        command.Parameters.AddWithValue(NewId.At(clock));
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddId(actor?.Value);
        command.Parameters.AddWithValue(action);
        command.Parameters.AddText(subject);
        command.Parameters.AddJson(detailJson);
        await command.ExecuteNonQueryAsync(ct);
    }
}
