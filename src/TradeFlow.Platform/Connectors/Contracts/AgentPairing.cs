using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>Where the agent of an account stands, for its set-up page.</summary>
/// <param name="Online">It reports.</param>
/// <param name="LastBeat">Its newest report; <c>null</c> before the first.</param>
/// <param name="StandbyAt">When a second instance last reported, which is handed nothing while the first one lives.</param>
/// <param name="Refused">What a report named that was refused because it is another account; <c>null</c> since the last right one.</param>
internal sealed record AgentState(
    string Login, string Server, string? Platform, string? AgentVersion, bool Online, DateTimeOffset? LastBeat, DateTimeOffset? StandbyAt,
    string? Refused, DateTimeOffset? RefusedAt, DateTimeOffset Now);

/// <summary>Makes an account one that an agent reports for.</summary>
internal static class AgentPairing
{
    /// <summary>In the transaction that stores the account.</summary>
    public static async Task CreateAsync(
        NpgsqlConnection connection, TenantId tenant, AccountId account, string login, string server, string mode, Guid key,
        CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into connectors.agents (account_id, tenant_id, login, server, mode, key_id) values ($1, $2, $3, $4, $5, $6)",
            connection);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(login);
        command.Parameters.AddWithValue(server);
        command.Parameters.AddWithValue(mode);
        command.Parameters.AddWithValue(key);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>In the transaction that stores the key: from its commit on, every replica refuses reports with another one.</summary>
    public static async Task SetKeyAsync(NpgsqlConnection connection, AccountId account, Guid key, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("update connectors.agents set key_id = $2 where account_id = $1", connection);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(key);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>In the transaction that deletes the account. Its commands stay: they tell whose positions are.</summary>
    public static async Task EndAsync(NpgsqlConnection connection, AccountId account, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var table in (string[])["agents", "agent_reports", "agent_symbols"])
        {
            var delete = new NpgsqlBatchCommand($"delete from connectors.{table} where account_id = $1");
            delete.Parameters.AddWithValue(account.Value);
            batch.BatchCommands.Add(delete);
        }
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <returns>The state, or <c>null</c> when no agent reports for the account.</returns>
    public static async Task<AgentState?> FindAsync(NpgsqlConnection connection, AccountId account, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select login, server, platform, agent_version, online, last_beat, standby_at, refused, refused_at, clock_timestamp() from connectors.agents where account_id = $1",
            connection);
        command.Parameters.AddWithValue(account.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new AgentState(row.GetString(0), row.GetString(1), Text(2), Text(3), row.GetBoolean(4), Time(5), Time(6), Text(7), Time(8),
            row.GetFieldValue<DateTimeOffset>(9));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        DateTimeOffset? Time(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }
}
