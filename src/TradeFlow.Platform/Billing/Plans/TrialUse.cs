using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>A trial is once for a broker log-in, however many tenants are made.</summary>
[OpenToModules]
internal sealed class TrialUse(Database database)
{
    /// <summary>
    /// Whether the log-in has carried entries in another tenant's trial. It crosses the wall: it says yes or no, and nothing of whose.
    /// </summary>
    /// <param name="server">Missing where the broker has one only.</param>
    public async Task<bool> IsUsedUpAsync(TenantId tenant, string broker, string? server, string login, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select billing.trial_used($1, $2, $3, $4)");
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(broker);
        command.Parameters.AddText(server);
        command.Parameters.AddWithValue(login);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
