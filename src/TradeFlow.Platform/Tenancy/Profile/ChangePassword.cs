using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.MailLinks;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.SignIn;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Profile;

/// <summary>
/// A new password for who knows the old one. All other sessions end, and personal tokens unless they are to be kept. Tries count for the
/// session: strangers cannot hold it up.
/// </summary>
internal static class ChangePassword
{
    /// <param name="Current">The password until now.</param>
    /// <param name="Password">The new one.</param>
    /// <param name="KeepTokens">Personal access tokens go on working.</param>
    internal sealed record Request(string? Current, string? Password, bool KeepTokens = false);

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Request request, HttpContext http, TenantContext tenant, HashGate gate, Tries tries, KnownDevices devices, UserManager<User> users,
        SessionTokens sessions, AddressMails mails, AuditLog audit, Database database, CancellationToken ct)
    {
        // The policy lets people with a session in, and their user exists.
        var user = (await users.FindByIdAsync(tenant.User.ToString()))!;
        Dictionary<string, string[]> errors = [];
        if (string.IsNullOrEmpty(request.Current)) errors["current"] = ["Enter your current password."];
        CredentialRules.CheckPassword(request.Password, user.Email, errors);
        if (errors.Count > 0) return Problem.Invalid(errors);

        var session = http.User.Guid(TradeFlowClaims.Session)!.Value; // the policy asks for a session
        var attempt = await tries.WithinSessionAsync("password", session, ct);
        if (attempt.LockedFor is { } left) return Tries.Locked(http, left);
        using var place = await gate.EnterAsync(HashLane.Known, http, ct);
        if (place is null)
        {
            await tries.TakeBackAsync(attempt);
            return HashGate.Busy(http);
        }

        var changed = await users.ChangePasswordAsync(user, request.Current!, request.Password!);
        if (!changed.Succeeded) return Problem.Invalid("current", "This is not your current password.");

        await tries.SucceedAsync(attempt, ct);
        await sessions.EndOthersAsync(user.Id, session, "password changed", ct);
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // In all tenants: a token opens what the person's password opened.
        if (!request.KeepTokens) await PersonAccess.EndTokensAsync(user.Id, connection, ct);
        await mails.PasswordAsync(user.Email!, connection, ct); // everybody has one
        await audit.WriteAsync(tenant.Tenant, tenant.User, "user.password_changed", user.Id.ToString(),
            $$"""{"tokens_kept":{{(request.KeepTokens ? "true" : "false")}}}""", connection, ct);
        await transaction.CommitAsync(ct);
        sessions.Forget();
        // The new password has made strangers of all devices; who is here has just proven both.
        devices.Remember(http, user);
        return TypedResults.NoContent();
    }
}
