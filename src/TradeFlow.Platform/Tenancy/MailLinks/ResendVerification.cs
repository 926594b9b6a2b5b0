using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>The mail of the sign-up once more. The links from before go on working.</summary>
internal static class ResendVerification
{
    internal static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        HttpContext http, TenantContext caller, MailTokens tokens, AddressMails mails, PublicAddress address, Database database,
        CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await FindAsync(caller.User, connection, ct) is not { } person) return TypedResults.Accepted((string?)null);
        if (await tokens.AreManyAsync(caller.User.Value, MailPurpose.Verify, connection, ct)) return MailLinkProblems.Many(http);
        await mails.VerifyAsync(caller.User.Value, person.Email, person.Normalized, address.OriginFor(http), connection, ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Accepted((string?)null);
    }

    // Who has proven it already needs no mail. The row is held, so that two clicks are counted one after the other.
    private static async Task<(string Email, string Normalized)?> FindAsync(UserId user, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select email, normalized_email from tenancy.users where id = $1 and verified_at is null for no key update", connection);
        command.Parameters.AddWithValue(user.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.GetString(1)) : null;
    }
}
