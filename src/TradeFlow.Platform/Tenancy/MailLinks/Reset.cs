using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>
/// A new password by a mailed link. It ends every session and personal token; keys of accounts and two-factor log-in stay. The mailbox is
/// proven by it, and who is here may log in at once, whatever strangers have tried.
/// </summary>
internal sealed class Reset(
    HashGate gate, KnownDevices devices, MailTokens tokens, AddressMails mails, UserManager<User> users, SessionTokens sessions,
    AuditLog audit,
    Database database)
{
    internal sealed record Request(string? Token, string? Password);

    internal static Task<Results<NoContent, ProblemHttpResult>> Handle(
        Request request, HttpContext http, Reset reset, CancellationToken ct) =>
        reset.RunAsync(request, http, ct);

    private async Task<Results<NoContent, ProblemHttpResult>> RunAsync(Request request, HttpContext http, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await tokens.TakeAsync(request.Token, [MailPurpose.Reset], connection, ct);
        if (result is not MailTokenResult.Taken { Proof: var proof }) return MailLinkProblems.Of(result);
        // What is wrong with the password costs nobody the link: it is taken back with the transaction.
        Dictionary<string, string[]> errors = [];
        CredentialRules.CheckPassword(request.Password, proof.Email, errors);
        if (errors.Count > 0) return Problem.Invalid(errors);
        using var place = await gate.EnterAsync(HashLane.Strangers, http, ct);
        if (place is null) return HashGate.Busy(http);
        if (await users.FindByIdAsync(proof.User.ToString()) is not { DisabledAt: null } user
            || user.NormalizedEmail != proof.NormalizedEmail)
            return MailLinkProblems.Of(new MailTokenResult.Expired());

        user.PasswordHash = users.PasswordHasher.HashPassword(user, request.Password!); // checked above
        await StoreAsync(user, connection, ct);
        await mails.PasswordAsync(user.Email!, connection, ct); // everybody has one
        if (user.DefaultTenant is { } tenant)
            await audit.WriteAsync(new TenantId(tenant), new UserId(user.Id), "user.password_reset", user.Id.ToString(), null, connection,
                ct);
        await transaction.CommitAsync(ct);
        sessions.Forget();
        devices.Remember(http, user);
        return TypedResults.NoContent();
    }

    private static async Task StoreAsync(User user, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update tenancy.users set password_hash = $2, security_stamp = gen_random_uuid()::text, concurrency_stamp = gen_random_uuid()::text,
                verified_at = coalesce(verified_at, now())
            where id = $1
            """, connection);
        command.Parameters.AddWithValue(user.Id);
        command.Parameters.AddWithValue(user.PasswordHash!); // set by the caller
        await command.ExecuteNonQueryAsync(ct);
        await PersonAccess.EndSessionsAsync(user.Id, "password reset", connection, ct);
        await PersonAccess.EndTokensAsync(user.Id, connection, ct);
    }
}
