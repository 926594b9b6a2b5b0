using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.MailLinks;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// E-mail and password, and the one-time code where the person has turned it on. Unknown, wrong and disabled look and take the same: until
/// the password was right, each does the same work.
/// </summary>
internal sealed class LogIn(
    HashGate gate, Tries tries, KnownDevices devices, DummyHash dummy, SecondFactor second, FailedLogIns failed, UserManager<User> users,
    SessionTokens sessions, AddressMails mails, ISignInNews news, PublicAddress address, AuditLog audit, IdentityDb db, TimeProvider clock)
{
    private const int LongestBrowser = 200;

    internal sealed record Request(string? Email, string? Password, string? Totp = null);

    internal static async Task<Results<Ok<AuthAnswer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, LogIn logIn, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        // No address has a NUL, and PostgreSQL takes none.
        if (string.IsNullOrWhiteSpace(request.Email) || request.Email.Contains('\0', StringComparison.Ordinal))
            errors["email"] = ["Enter your e-mail address."];
        if (string.IsNullOrEmpty(request.Password)) errors["password"] = ["Enter your password."];
        return errors.Count > 0
            ? Problem.Invalid(errors)
            : await logIn.OpenAsync(request.Email!.Trim(), request.Password!, request.Totp, http, ct);
    }

    private async Task<Results<Ok<AuthAnswer>, ProblemHttpResult>> OpenAsync(
        string email, string password, string? code, HttpContext http, CancellationToken ct)
    {
        var user = await users.FindByEmailAsync(email);
        var device = devices.Find(http.Request, user);
        var attempt = await tries.OfPasswordAsync(users.NormalizeEmail(email)!, user, device, ct); // not empty, so never null
        if (attempt.LockedFor is { } left) return Tries.Locked(http, left);

        using (var place = await gate.EnterAsync(device is null ? HashLane.Strangers : HashLane.Known, http, ct))
        {
            if (place is null)
            {
                await tries.TakeBackAsync(attempt);
                return HashGate.Busy(http);
            }
            if (!await IsRightAsync(user, password)) return Failed(user);
        }

        var person = user!; // nobody's password is never right
        if (person.TwoFactorEnabled)
        {
            await tries.TakeBackAsync(attempt);
            if (string.IsNullOrWhiteSpace(code))
                return Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.TotpRequired,
                    "Enter the code of your authenticator app.");
            var proof = await tries.OfCodeAsync(person, device, ct);
            if (proof.LockedFor is { } wait) return Tries.Locked(http, wait);
            if (!await second.TakeAsync(person, code, ct)) return Failed(person);
            await tries.SucceedAsync(proof, ct);
        }
        if (await HomeAsync(person, ct) is not { } home) return Invalid();

        await tries.SucceedAsync(attempt, ct);
        var caller = new Caller(person.Id, home.Tenant, home.Role, person.Role, NewId.At(clock), TokenScopes.Admin, person.TwoFactorEnabled);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var tokens = await sessions.OpenAsync(caller, http, db.Connection, ct);
        await audit.WriteAsync(new TenantId(home.Tenant), new UserId(person.Id), "user.logged_in", person.Id.ToString(), null,
            db.Connection, ct);
        if (device is null) await TellAsync(person, new TenantId(home.Tenant), http, ct);
        await transaction.CommitAsync(ct);
        devices.Remember(http, person);
        return TypedResults.Ok(AuthAnswer.Of(tokens, http, RefreshCookie.IsBrowser(http.Request)));
    }

    // A device that nobody has logged in on before: its owner, or somebody with their password.
    private async Task TellAsync(User person, TenantId home, HttpContext http, CancellationToken ct)
    {
        var browser = ForeignText.Clean(http.Request.Headers.UserAgent.ToString(), LongestBrowser);
        var words = $"Somebody logged in to your account from a device that is new: {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm} UTC, address "
            + $"{http.Connection.RemoteIpAddress?.ToString() ?? "of this machine"}, {(browser.Length > 0 ? browser : "no browser named")}.";
        await mails.NewDeviceAsync(person.Email!, words, address.OriginFor(http), db.Connection, ct); // everybody has one
        await news.NewDeviceAsync(home, new UserId(person.Id), words, db.Connection, ct);
    }

    private async Task<bool> IsRightAsync(User? user, string password)
    {
        if (user is not null && password.Length <= CredentialRules.LongestPassword)
            return await users.CheckPasswordAsync(user, password) && user.DisabledAt is null;
        dummy.Verify(password);
        return false;
    }

    private ProblemHttpResult Failed(User? user)
    {
        failed.Add(user);
        return Invalid();
    }

    private static ProblemHttpResult Invalid() =>
        Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.InvalidCredentials, "E-mail, password or code is not right.");

    // The tenant that the person worked in last, or any that they are still a member of.
    private async Task<(Guid Tenant, string Role)?> HomeAsync(User user, CancellationToken ct)
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
