using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>Whoever shows the token of a mail has its mailbox: the address is proven, or takes the place of the old one.</summary>
internal static class Verify
{
    internal sealed record Request(string? Token);

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Request request, MailTokens tokens, AddressMails mails, AuditLog audit, Database database, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await tokens.TakeAsync(request.Token, [MailPurpose.Verify, MailPurpose.Email], connection, ct);
        if (result is not MailTokenResult.Taken { Proof: var proof }) return MailLinkProblems.Of(result);
        try
        {
            if (await StoreAsync(proof, connection, ct) is not { } before) return MailLinkProblems.Of(new MailTokenResult.Expired());
            if (proof.Purpose == MailPurpose.Email) await mails.ChangedAsync(before.Email, proof.Email, connection, ct);
            if (before.Tenant is { } tenant)
                await audit.WriteAsync(tenant, new UserId(proof.User), proof.Purpose == MailPurpose.Email ? "user.email_changed"
                    : "user.email_verified",
                    proof.User.ToString(), null, connection, ct);
            await transaction.CommitAsync(ct);
            return TypedResults.NoContent();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.EmailTaken,
                "This e-mail address cannot be used. Choose another one.");
        }
    }

    /// <returns>The person before, or <c>null</c>: the address is not theirs any more.</returns>
    private static async Task<(string Email, TenantId? Tenant)?> StoreAsync(
        MailProof proof, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update tenancy.users u set email = $2, normalized_email = $3, verified_at = now(), concurrency_stamp = gen_random_uuid()::text
            from tenancy.users b where u.id = $1 and b.id = u.id and ($4 or u.normalized_email = $3)
            returning b.email, b.default_tenant
            """, connection);
        command.Parameters.AddWithValue(proof.User);
        command.Parameters.AddWithValue(proof.Email);
        command.Parameters.AddWithValue(proof.NormalizedEmail);
        command.Parameters.AddWithValue(proof.Purpose == MailPurpose.Email);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.GuidOrNull(1) is { } tenant ? new TenantId(tenant) : null) : null;
    }
}
