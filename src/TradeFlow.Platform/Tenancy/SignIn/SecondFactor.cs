using Microsoft.AspNetCore.Identity;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// Takes a one-time code of the authenticator or a recovery code. Either works once, also when it is sent twice at the same moment.
/// </summary>
internal sealed class SecondFactor(UserManager<User> users, Database database, TimeProvider clock)
{
    public async Task<bool> TakeAsync(User user, string code, CancellationToken ct)
    {
        var plain = code.Replace(" ", "", StringComparison.Ordinal);
        if (plain.Length != 6) return (await users.RedeemTwoFactorRecoveryCodeAsync(user, plain)).Succeeded;
        return await users.GetAuthenticatorKeyAsync(user) is { } secret
            && AuthenticatorCodes.Match(secret, plain, clock.GetUtcNow()) is { } step
            && await TakeStepAsync(user.Id, step, ct);
    }

    private async Task<bool> TakeStepAsync(Guid user, long step, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("update tenancy.users set totp_step = $2 where id = $1 and totp_step < $2");
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(step);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
