using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.OAuth.Apps;

/// <summary>An app as people of any tenant may know it.</summary>
/// <param name="Publisher">Name of the tenant that has made it known.</param>
internal sealed record KnownApp(Guid Id, string Name, Guid Tenant, string Publisher, bool Confidential, bool Published)
{
    public bool IsOpenTo(Guid tenant) => Published || Tenant == tenant;
}

/// <summary>Finds apps across tenants: whose people may let them in is said by the app.</summary>
internal sealed class KnownApps(Database database)
{
    public async Task<KnownApp?> FindAsync(string? clientId, CancellationToken ct)
    {
        if (clientId is null) return null;
        await using var command = database.System.CreateCommand("""
            select a.id, a.display_name, a.tenant_id, t.name, a.client_type = 'confidential', a.published
            from oauth.apps a join tenancy.tenants t on t.id = a.tenant_id where a.client_id = $1
            """);
        command.Parameters.AddWithValue(clientId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new KnownApp(reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), reader.GetString(3), reader.GetBoolean(4),
                reader.GetBoolean(5))
            : null;
    }
}
