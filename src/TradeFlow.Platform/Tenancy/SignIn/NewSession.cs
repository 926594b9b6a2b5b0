using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.MailLinks;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// Opens the session of somebody who has proven who they are, in the tenant that they worked in last, and tells them where their device is
/// new.
/// </summary>
internal sealed class NewSession(
    KnownDevices devices, SessionTokens sessions, AddressMails mails, ISignInNews news, PublicAddress address, AuditLog audit,
    IdentityDb db, TimeProvider clock)
{
    private const int LongestBrowser = 200;

    /// <param name="passkey">What they proved themselves with; <c>null</c>: a password, and a code where that is on.</param>
    /// <returns><c>null</c> for who is a member of no tenant.</returns>
    public async Task<AuthAnswer?> OpenAsync(User person, Guid? passkey, HttpContext http, CancellationToken ct)
    {
        if (await HomeAsync(person, ct) is not { } home) return null;
        var device = devices.Find(http.Request, person);
        var caller = new Caller(
            person.Id, home.Tenant, home.Role, home.Accounts, person.Role, NewId.At(clock), TokenScopes.Admin,
            person.TwoFactorEnabled || passkey is not null);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var tokens = await sessions.OpenAsync(caller, passkey, http, db.Connection, ct);
        await audit.WriteAsync(new TenantId(home.Tenant), new UserId(person.Id), "user.logged_in", person.Id.ToString(),
            passkey is null ? null : $$"""{"passkey":"{{passkey}}"}""", db.Connection, ct);
        if (device is null) await TellAsync(person, new TenantId(home.Tenant), http, ct);
        await transaction.CommitAsync(ct);
        devices.Remember(http, person);
        return AuthAnswer.Of(tokens, http, RefreshCookie.IsBrowser(http.Request));
    }

    // A device that nobody has logged in on before: its owner, or somebody with their password.
    private async Task TellAsync(User person, TenantId home, HttpContext http, CancellationToken ct)
    {
        var browser = ForeignText.Clean(http.Request.Headers.UserAgent.ToString(), LongestBrowser);
        var words =
            $"Somebody logged in to your account from a device that is new: {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm} UTC, address "
                + $"{http.Connection.RemoteIpAddress?.ToString() ?? "of this machine"}, {(browser.Length > 0 ? browser : "no browser named")}.";
        await mails.NewDeviceAsync(person.Email!, words, address.OriginFor(http), db.Connection, ct); // everybody has one
        await news.NewDeviceAsync(home, new UserId(person.Id), words, db.Connection, ct);
    }

    // The tenant that the person worked in last, or any that they are still a member of.
    private async Task<(Guid Tenant, string Role, AccountScope Accounts)?> HomeAsync(User user, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(
            "select tenant_id, role, accounts from tenancy.memberships where user_id = $1 order by (tenant_id = $2) desc nulls last, created_at limit 1",
            db.Connection);
        command.Parameters.AddWithValue(user.Id);
        command.Parameters.AddId(user.DefaultTenant);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetGuid(0), reader.GetString(1), AccountScope.Of(reader.IsDBNull(2) ? null : reader.GetFieldValue<Guid[]>(2))) : null;
    }
}
