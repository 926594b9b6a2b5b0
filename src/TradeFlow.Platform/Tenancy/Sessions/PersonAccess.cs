using Npgsql;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// Ends what a person has opened, in all tenants and in the transaction of the caller, who has the sessions forgotten once that is
/// committed.
/// </summary>
internal static class PersonAccess
{
    /// <returns>How many were open.</returns>
    public static async Task<int> EndSessionsAsync(Guid user, string reason, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update tenancy.sessions set revoked_at = now(), revoked_reason = $2 where user_id = $1 and revoked_at is null", connection);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(reason);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Personal tokens, and what programs were let do.</summary>
    /// <returns>How many personal tokens worked.</returns>
    public static async Task<int> EndTokensAsync(Guid user, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            with programs as (update tenancy.users set programs_ended_at = clock_timestamp() where id = $1)
            update tenancy.personal_tokens set revoked_at = now() where user_id = $1 and revoked_at is null
            """, connection);
        command.Parameters.AddWithValue(user);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
