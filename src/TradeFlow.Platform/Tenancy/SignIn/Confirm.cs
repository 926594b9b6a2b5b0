using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Passkeys;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>Proves once more, within a session, who the person is. Where two-factor log-in is on, the password alone does not do.</summary>
internal sealed class Confirm(
    HashGate gate, Tries tries, SecondFactor second, FailedLogIns failed, FreshProof proof, UserManager<User> users, SessionGuard guard,
    PasskeyProof passkeys, AccessTokenFormat format)
{
    /// <param name="Credential">What the device signed for the options of <c>/auth/passkey/options</c>; password and code are not asked for
    /// then.</param>
    internal sealed record Request(string? Password, string? Totp, JsonElement? Credential = null);

    internal sealed record Answer(string AccessToken, int ExpiresIn);

    internal static Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, TenantContext caller, Confirm confirm, CancellationToken ct) =>
        confirm.RunAsync(request, http, caller, ct);

    private async Task<Results<Ok<Answer>, ProblemHttpResult>> RunAsync(
        Request request, HttpContext http, TenantContext caller, CancellationToken ct)
    {
        var user = (await users.FindByIdAsync(caller.User.ToString()))!; // the policy lets people with a session in
        var session = http.User.Guid(TradeFlowClaims.Session)!.Value; // likewise
        if (request.Credential is { ValueKind: JsonValueKind.Object } credential)
            return await passkeys.EndAsync(credential, http, ct) is var (person, _) && person.Id == user.Id
                ? await RenewAsync(user, session, http, ct)
                : Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.InvalidCredentials,
                    "This passkey is not yours, or it took too long.");
        if (user.TwoFactorEnabled && string.IsNullOrWhiteSpace(request.Totp))
            return Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.TotpRequired, "Enter the code of your authenticator app.");
        if (!user.TwoFactorEnabled && string.IsNullOrEmpty(request.Password)) return Problem.Invalid("password", "Enter your password.");

        var attempt = await tries.WithinSessionAsync("confirm", session, ct);
        if (attempt.LockedFor is { } left) return Tries.Locked(http, left);
        using (var place = await gate.EnterAsync(HashLane.Known, http, ct))
        {
            if (place is null)
            {
                await tries.TakeBackAsync(attempt);
                return HashGate.Busy(http);
            }
            var isRight = user.TwoFactorEnabled ? await second.TakeAsync(user, request.Totp!, ct)
                : await users.CheckPasswordAsync(user, request.Password!); // looked at above
            if (!isRight)
            {
                failed.Add(user);
                return Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.InvalidCredentials,
                    "The password or code is not right.");
            }
        }
        await tries.SucceedAsync(attempt, ct);
        return await RenewAsync(user, session, http, ct);
    }

    private async Task<Results<Ok<Answer>, ProblemHttpResult>> RenewAsync(User user, Guid session, HttpContext http, CancellationToken ct)
    {
        await proof.RenewAsync(session, ct);
        if (await guard.SessionAsync(session, user.Id, fresh: true, ct) is not { } known)
            return Problem.Of(StatusCodes.Status401Unauthorized, ProblemCodes.Unauthenticated, "The session has ended. Log in again.");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Answer(await format.WriteAsync(known, ct), (int)AccessTokenFormat.Lifetime.TotalSeconds));
    }
}
