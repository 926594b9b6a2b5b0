using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>E-mail and password, and the one-time code where the person has turned it on. Unknown, wrong and disabled look and take the same.</summary>
internal static class LogIn
{
    internal sealed record Request(string? Email, string? Password, string? Totp = null);

    internal static async Task<Results<Ok<AuthAnswer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, HashGate gate, SignInLock locks, DummyHash dummy, SecondFactor second, UserManager<User> users, SessionTokens sessions,
        AuditLog audit, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        if (string.IsNullOrWhiteSpace(request.Email)) errors["email"] = ["Enter your e-mail address."];
        if (string.IsNullOrEmpty(request.Password)) errors["password"] = ["Enter your password."];
        if (errors.Count > 0) return Problem.Invalid(errors);

        using var lease = await gate.EnterAsync(ct);
        if (!lease.IsAcquired) return HashGate.Busy(http);

        var email = users.NormalizeEmail(request.Email!.Trim())!; // not empty, so never null
        var attempt = await locks.BeginAsync(email, ct);
        if (attempt.LockedFor is { } left) return SignInLock.Locked(http, left);

        var user = request.Password!.Length <= CredentialRules.LongestPassword ? await users.FindByEmailAsync(email) : null;
        if (user is null)
        {
            dummy.Verify(request.Password);
            return Invalid();
        }
        if (!await users.CheckPasswordAsync(user, request.Password) || user.DisabledAt is not null) return await FailedAsync(user, audit, db, ct);
        if (user.TwoFactorEnabled)
        {
            if (string.IsNullOrWhiteSpace(request.Totp))
            {
                await locks.UndoAsync(attempt, ct);
                return Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.TotpRequired, "Enter the code of your authenticator app.");
            }
            if (!await second.TakeAsync(user, request.Totp, ct)) return await FailedAsync(user, audit, db, ct);
        }
        if (await HomeAsync(user, db, ct) is not { } home) return Invalid();

        await locks.SucceedAsync(attempt, ct);
        var tokens = await sessions.OpenAsync(NewId.At(clock), user.Id, home.Tenant, home.Role, user.Role, http, db.Connection, ct);
        await audit.WriteAsync(new TenantId(home.Tenant), new UserId(user.Id), "user.logged_in", user.Id.ToString(), null, db.Connection, ct);
        return TypedResults.Ok(AuthAnswer.Of(tokens, http, RefreshCookie.IsBrowser(http.Request)));
    }

    internal static ProblemHttpResult Invalid() =>
        Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.InvalidCredentials, "E-mail, password or code is not right.");

    private static async Task<ProblemHttpResult> FailedAsync(User user, AuditLog audit, IdentityDb db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        if (user.DefaultTenant is { } tenant)
            await audit.WriteAsync(new TenantId(tenant), new UserId(user.Id), "user.log_in_failed", user.Id.ToString(), null, db.Connection, ct);
        return Invalid();
    }

    // The tenant that the person worked in last, or any that they are still a member of.
    private static async Task<(Guid Tenant, string Role)?> HomeAsync(User user, IdentityDb db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            "select tenant_id, role from tenancy.memberships where user_id = $1 order by (tenant_id = $2) desc nulls last, created_at limit 1", db.Connection);
        command.Parameters.AddWithValue(user.Id);
        command.Parameters.AddId(user.DefaultTenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetGuid(0), reader.GetString(1)) : null;
    }
}

/// <summary>Spends the time of a hash for an address that nobody has.</summary>
internal sealed class DummyHash(IPasswordHasher<User> hasher)
{
    private static readonly User Nobody = new() { Name = "nobody" };
    private readonly Lazy<string> hash = new(() => hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));

    public void Verify(string password) => hasher.VerifyHashedPassword(Nobody, hash.Value, password);
}
