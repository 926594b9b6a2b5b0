using Microsoft.AspNetCore.Identity;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy;

/// <summary>
/// Makes an administrator of a person who is there already. Whoever signed up with the address may not be who the operator means, so
/// everything that opens the account ends: the password, the second factor, every session, every personal token.
/// </summary>
internal sealed class AdminPromotion(Database database, IPasswordHasher<User> hasher, AuditLog audit)
{
    /// <returns>The exit code, and the sentence that says what came of it.</returns>
    public async Task<(int Code, string Words)> RunAsync(string email, string password, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        CredentialRules.CheckEmail(email, errors);
        CredentialRules.CheckPassword(password, email, errors);
        if (errors.Count > 0) return (1, "Nothing was changed. " + errors.First().Value[0]);

        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ChangeAsync(email, password, connection, ct) is not { } user)
            return (1, $"Nobody has the address {email}. Set Admin__Email and Admin__Password and start the Api: " +
                "it makes the administrator of a free address.");
        var (sessions, tokens) = await EndAllAsync(user, connection, ct);
        await AuditAsync(user, connection, ct);
        await transaction.CommitAsync(ct);
        return (0, $"{email} is an administrator with the new password. {sessions} sessions and {tokens} personal tokens have ended, " +
            "and two-factor log-in is off: log in, turn it on in Settings, and the routes of administrators open.");
    }

    private async Task<Guid?> ChangeAsync(string email, string password, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update tenancy.users set role = 'admin', password_hash = $2, security_stamp = $3, concurrency_stamp = $3,
                two_factor_enabled = false, disabled_at = null
            where normalized_email = $1 returning id
            """, connection);
        command.Parameters.AddWithValue(new UpperInvariantLookupNormalizer().NormalizeEmail(email.Trim())!); // not empty, so never null
        command.Parameters.AddWithValue(hasher.HashPassword(new User { Name = email }, password));
        command.Parameters.AddWithValue(Guid.NewGuid().ToString());
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    private static async Task<(int Sessions, int Tokens)> EndAllAsync(Guid user, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var secrets = new NpgsqlCommand(
            "with passkeys as (delete from tenancy.passkeys where user_id = $1) delete from tenancy.user_tokens where user_id = $1",
            connection);
        secrets.Parameters.AddWithValue(user);
        await secrets.ExecuteNonQueryAsync(ct);
        return (
            await PersonAccess.EndSessionsAsync(user, "made administrator", connection, ct),
            await PersonAccess.EndTokensAsync(user, connection, ct));
    }

    // In the log of the tenant that the person works in first.
    private async Task AuditAsync(Guid user, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command =
            new NpgsqlCommand("select tenant_id from tenancy.memberships where user_id = $1 order by created_at limit 1", connection);
        command.Parameters.AddWithValue(user);
        if (await command.ExecuteScalarAsync(ct) is Guid tenant)
            await audit.WriteAsync(new TenantId(tenant), null, "user.made_admin", user.ToString(), null, connection, ct);
    }
}
