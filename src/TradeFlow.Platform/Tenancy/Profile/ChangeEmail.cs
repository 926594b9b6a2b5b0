using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.MailLinks;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Profile;

/// <summary>
/// Another e-mail address, once it is proven by the link that is mailed there. The old one counts until then, and is told. Whether somebody
/// else has the new one is not: then no link is sent.
/// </summary>
internal static class ChangeEmail
{
    internal sealed record Request(string? Email);

    internal static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        Request request, HttpContext http, TenantContext caller, ILookupNormalizer normalizer, MailTokens tokens, AddressMails mails,
        PublicAddress address,
        AuditLog audit, Database database, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        CredentialRules.CheckEmail(request.Email, errors);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var email = request.Email!.Trim();
        var normalized = normalizer.NormalizeEmail(email);

        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var (old, isOwn, isTaken) = await FindAsync(caller.User, normalized, connection, ct);
        if (isOwn) return Problem.Invalid("email", "This is your address already.");
        if (await tokens.AreManyAsync(caller.User.Value, MailPurpose.Email, connection, ct)) return MailLinkProblems.Many(http);
        if (isTaken) await tokens.MakeAsync(new MailProof(caller.User.Value, MailPurpose.Email, email, normalized), connection, ct);
        else await mails.ChangeAsync(caller.User.Value, old, email, normalized, address.OriginFor(http), connection, ct);
        await audit.WriteAsync(caller.Tenant, caller.User, "user.email_change_asked", caller.User.ToString(), null, connection, ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<(string Old, bool IsOwn, bool IsTaken)> FindAsync(
        UserId user, string normalized, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select email, normalized_email = $2, exists (select from tenancy.users o where o.normalized_email = $2)
            from tenancy.users where id = $1 for no key update
            """, connection);
        command.Parameters.AddWithValue(user.Value);
        command.Parameters.AddWithValue(normalized);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct); // the policy lets people in only
        return (row.GetString(0), row.GetBoolean(1), row.GetBoolean(2));
    }
}
