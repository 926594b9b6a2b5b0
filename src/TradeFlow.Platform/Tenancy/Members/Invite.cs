using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Outgoing.Contracts;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>Invites an e-mail address into the tenant. The token works for that address only, once, for a week.</summary>
internal static class Invite
{
    private static readonly TimeSpan Valid = TimeSpan.FromDays(7);

    /// <param name="Accounts">The accounts that they will see and trade; <c>null</c> is all.</param>
    internal sealed record Request(string? Email, string? Role, Guid[]? Accounts = null);

    internal sealed record Made(Guid Id, string Email, string Role, string Token, DateTimeOffset ExpiresAt, IReadOnlyList<Guid>? Accounts);

    internal sealed record View(
        Guid Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, IReadOnlyList<Guid>? Accounts);

    internal static async Task<Results<Created<Made>, ProblemHttpResult>> Handle(
        Request request, TenantContext tenant, TenantDb db, ILookupNormalizer normalizer, IOwnAccounts own, Outbox outbox, AuditLog audit,
        TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        CredentialRules.CheckEmail(request.Email, errors);
        if (request.Role is null || !TenantRoles.All.Contains(request.Role)) errors["role"] = ["Use one of: owner, trader, viewer."];
        if (MemberAccounts.Fault(request.Role, request.Accounts) is { } fault) errors["accounts"] = [fault];
        if (errors.Count > 0) return Problem.Invalid(errors);

        var token = OpaqueToken.Make(OpaqueToken.InvitationPrefix);
        var now = clock.GetUtcNow();
        var row = new Invitation
        {
            Id = NewId.At(clock), TenantId = tenant.Tenant, Email = request.Email!.Trim(),
            NormalizedEmail = normalizer.NormalizeEmail(request.Email.Trim()), Role = request.Role!,
            Accounts = request.Accounts?.Distinct().ToArray(), TokenHash = OpaqueToken.Hash(token), InvitedBy = tenant.User,
            CreatedAt = now, ExpiresAt = now + Valid,
        };
        var refusal = await db.RunAsync(async set =>
        {
            var connection = (NpgsqlConnection)set.Database.GetDbConnection();
            if (!await MemberAccounts.AreOwnAsync(row.Accounts, own, connection, ct))
                return Problem.Invalid("accounts", MemberAccounts.NotOwn);
            var member = from membership in set.Set<Membership>()
                         join person in set.Set<Person>() on membership.UserId equals person.Id
                         where person.NormalizedEmail == row.NormalizedEmail
                         select 1;
            if (await member.AnyAsync(ct))
                return Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.AlreadyMember, "This person is a member already.");
            // A newer invitation of the same address takes the place of the older one.
            await set.Set<Invitation>().Where(other => other.NormalizedEmail == row.NormalizedEmail && other.AcceptedAt == null)
                .ExecuteDeleteAsync(ct);
            set.Add(row);
            await set.SaveChangesAsync(ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "member.invited", row.Id.ToString(),
                $$"""{"role":"{{row.Role}}","accounts":{{MemberAccounts.Json(row.Accounts)}}}""", connection, ct);
            // Whether it arrives or not, the one who invites has the token in the answer.
            await new OutgoingMail(row.Email, "You are invited to TradeFlow", MailText(row.Role, token))
                .AddAsync("mail.invitation", tenant.Tenant, outbox, clock, connection, ct);
            return null;
        }, ct);
        if (refusal is not null) return refusal;

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/tenant/invitations/{row.Id}",
            new Made(row.Id, row.Email, row.Role, token, row.ExpiresAt, row.Accounts));
    }

    private static string MailText(string role, string token) => $"""
        You are invited to a TradeFlow workspace as {role}.

        Sign up or log in with this address, open Settings, Members, and enter the code:

        {token}

        It works once, for seven days.
        """;

    internal static async Task<Ok<Page<View>>> List(TenantDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return TypedResults.Ok(new Page<View>(await db.RunAsync(set => set.Set<Invitation>().AsNoTracking()
            .Where(row => row.AcceptedAt == null && row.ExpiresAt > now)
            .OrderByDescending(row => row.CreatedAt)
            .Select(row => new View(row.Id, row.Email, row.Role, row.CreatedAt, row.ExpiresAt, row.Accounts)).ToListAsync(ct), ct), null));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(
        Guid id, TenantContext tenant, TenantDb db, AuditLog audit, CancellationToken ct) =>
            await db.RunAsync(async set =>
            {
                var gone = await set.Set<Invitation>().Where(row => row.Id == id && row.AcceptedAt == null).ExecuteDeleteAsync(ct) > 0;
                if (gone) await audit.WriteAsync(tenant.Tenant, tenant.User, "member.invitation_withdrawn", id.ToString(), null,
                    (NpgsqlConnection)set.Database.GetDbConnection(), ct);
                return gone;
            }, ct)
                ? TypedResults.NoContent()
                : Problem.NotFound();
}
