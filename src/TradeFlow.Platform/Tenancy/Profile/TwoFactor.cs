using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.SignIn;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Profile;

/// <summary>One-time codes: set up (a secret to scan), enable (prove it, get recovery codes), disable (prove it again).</summary>
internal static class TwoFactor
{
    private const int RecoveryCodes = 10;

    internal sealed record SetupView(string Secret, string OtpauthUri);

    /// <param name="Totp">The code of the authenticator app; <c>code</c> is another name for it. For disabling, a recovery code works
    /// too.</param>
    internal sealed record CodeRequest(string? Totp = null, string? Code = null);

    internal sealed record EnabledView(bool Enabled, IReadOnlyList<string> RecoveryCodes);

    internal sealed record DisabledView(bool Enabled);

    internal static async Task<Results<Ok<SetupView>, ProblemHttpResult>> Setup(
        TenantContext tenant, UserManager<User> users, HttpContext http)
    {
        var user = await UserAsync(tenant, users);
        if (user.TwoFactorEnabled) return WrongState("Two-factor sign-in is on. Turn it off before setting it up again.");
        await users.ResetAuthenticatorKeyAsync(user);
        var secret = await users.GetAuthenticatorKeyAsync(user)
            ?? throw new InvalidOperationException("The secret that was just made is missing.");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SetupView(secret, AuthenticatorCodes.OtpAuthUri(user.Email!, secret)));
    }

    internal static async Task<Results<Ok<EnabledView>, ProblemHttpResult>> Enable(
        CodeRequest request, TenantContext tenant, UserManager<User> users, SecondFactor second, Tries tries, SessionTokens sessions,
        AuditLog audit, Database database, HttpContext http, CancellationToken ct)
    {
        var user = await UserAsync(tenant, users);
        if (user.TwoFactorEnabled) return WrongState("Two-factor sign-in is on already.");
        if (await users.GetAuthenticatorKeyAsync(user) is null)
            return WrongState("Call setup first, and add the secret to your authenticator app.");
        if (await ProveAsync(request, user, second, tries, http, ct) is { } problem) return problem;

        user = await UserAsync(tenant, users);
        await users.SetTwoFactorEnabledAsync(user, true);
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? [];
        await sessions.SetSecondFactorAsync(user.Id, SessionOf(http), ct);
        await AuditAsync(audit, database, tenant, "user.two_factor_enabled", ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new EnabledView(true, [.. codes]));
    }

    internal static async Task<Results<Ok<DisabledView>, ProblemHttpResult>> Disable(
        CodeRequest request, TenantContext tenant, UserManager<User> users, SecondFactor second, Tries tries, SessionTokens sessions,
        AuditLog audit, Database database, HttpContext http, CancellationToken ct)
    {
        var user = await UserAsync(tenant, users);
        if (!user.TwoFactorEnabled) return WrongState("Two-factor sign-in is off already.");
        if (await ProveAsync(request, user, second, tries, http, ct) is { } problem) return problem;

        user = await UserAsync(tenant, users);
        await users.SetTwoFactorEnabledAsync(user, false);
        await sessions.SetSecondFactorAsync(user.Id, null, ct);
        await AuditAsync(audit, database, tenant, "user.two_factor_disabled", ct);
        return TypedResults.Ok(new DisabledView(false));
    }

    // A stolen session must not try all codes; and what strangers fail at the log-in must not hold up who is in.
    private static async Task<ProblemHttpResult?> ProveAsync(
        CodeRequest request, User user, SecondFactor second, Tries tries, HttpContext http, CancellationToken ct)
    {
        if ((request.Totp ?? request.Code) is not { Length: > 0 } code)
            return Problem.Invalid("totp", "Enter the code of your authenticator app.");
        var attempt = await tries.WithinSessionAsync("code", SessionOf(http), ct);
        if (attempt.LockedFor is { } left) return Tries.Locked(http, left);
        if (!await second.TakeAsync(user, code, ct))
            return Problem.Invalid("totp", "This code is not right, or it was used before. Wait for the next one.");
        await tries.SucceedAsync(attempt, ct);
        return null;
    }

    private static Guid SessionOf(HttpContext http) => http.User.Guid(TradeFlowClaims.Session)!.Value; // the policy asks for a session

    // The step of the code is written beside Identity: read the person again before changing more of them.
    private static async Task<User> UserAsync(TenantContext tenant, UserManager<User> users) =>
        await users.FindByIdAsync(tenant.User.ToString())
        ?? throw new InvalidOperationException("The token's user is gone although the token was accepted.");

    private static async Task AuditAsync(AuditLog audit, Database database, TenantContext tenant, string action, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await audit.WriteAsync(tenant.Tenant, tenant.User, action, tenant.User.ToString(), null, connection, ct);
    }

    private static ProblemHttpResult WrongState(string sentence) =>
        Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.TwoFactorState, sentence);
}
