using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading;

/// <summary>Writes notifications straight into their table.</summary>
internal sealed class Notices(Database database, TimeProvider clock) : INotices
{
    public async Task AddAsync(TenantId tenant, string severity, string kind, string text, string? dataJson, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("insert into live.notifications (id, tenant_id, severity, kind, text, data) values ($1, $2, $3, $4, $5, $6)");
        command.Parameters.AddWithValue(NewId.At(clock));
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(severity);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(text);
        command.Parameters.AddJson(dataJson);
        await command.ExecuteNonQueryAsync(ct);
    }
}
