using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// E-mail and password, and the one-time code where the person has turned it on. Unknown, wrong and disabled look and take the same: until
/// the password was right, each does the same work.
/// </summary>
internal sealed class LogIn(
    HashGate gate, Tries tries, KnownDevices devices, DummyHash dummy, SecondFactor second, FailedLogIns failed, UserManager<User> users,
    NewSession opening)
{
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
        await tries.SucceedAsync(attempt, ct);
        return await opening.OpenAsync(person, passkey: null, http, ct) is { } answer ? TypedResults.Ok(answer) : Invalid();
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
}
