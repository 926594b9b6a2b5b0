using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.SignIn;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Profile;

/// <summary>
/// A new password for who knows the old one. All other sessions end. Tries count for the session: strangers cannot hold it up.
/// </summary>
internal static class ChangePassword
{
    internal sealed record Request(string? CurrentPassword, string? NewPassword);

    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Request request, HttpContext http, TenantContext tenant, HashGate gate, Tries tries, KnownDevices devices, UserManager<User> users,
        SessionTokens sessions, AuditLog audit, Database database, CancellationToken ct)
    {
        // The policy lets people with a session in, and their user exists.
        var user = (await users.FindByIdAsync(tenant.User.ToString()))!;
        Dictionary<string, string[]> errors = [];
        if (string.IsNullOrEmpty(request.CurrentPassword)) errors["current_password"] = ["Enter your current password."];
        CredentialRules.CheckPassword(request.NewPassword, user.Email, errors, "new_password");
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

        var changed = await users.ChangePasswordAsync(user, request.CurrentPassword!, request.NewPassword!);
        if (!changed.Succeeded) return Problem.Invalid("current_password", "This is not your current password.");

        await tries.SucceedAsync(attempt, ct);
        await sessions.EndOthersAsync(user.Id, session, "password changed", ct);
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await audit.WriteAsync(tenant.Tenant, tenant.User, "user.password_changed", user.Id.ToString(), null, connection, ct);
        // The new password has made strangers of all devices; who is here has just proven both.
        devices.Remember(http, user);
        return TypedResults.NoContent();
    }
}
