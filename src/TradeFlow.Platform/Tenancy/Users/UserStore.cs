using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>
/// Identity's store, with the authenticator's secret sealed and recovery codes hashed: Identity would keep both as plain text. Passkeys are
/// looked up here; they are written by <see cref="PasskeyStore"/> alone, in one transaction with what is said of it.
/// </summary>
internal sealed class UserStore(
    IdentityDb db, SecretBox box, KeyRing keys, PasskeyStore passkeys, IdentityErrorDescriber words)
    : UserOnlyStore<User, IdentityDb, Guid>(db, words)
{
    private readonly byte[] codeKey = keys.Derive("recovery-code");

    public override Task SetAuthenticatorKeyAsync(User user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, Convert.ToBase64String(box.Seal(null, key, OwnerOf(user))), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(User user, CancellationToken cancellationToken)
    {
        var stored = await base.GetAuthenticatorKeyAsync(user, cancellationToken);
        return stored is null ? null : box.OpenText(null, Convert.FromBase64String(stored), OwnerOf(user));
    }

    public override Task ReplaceCodesAsync(User user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(code => Hash(user, code)), cancellationToken);

    // Identity writes what is left back through ReplaceCodesAsync, which would hash it twice: so the whole step is ours.
    public override async Task<bool> RedeemCodeAsync(User user, string code, CancellationToken cancellationToken)
    {
        var left = (await GetTokenAsync(user, Provider, CodesName, cancellationToken) ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries);
        var hash = Hash(user, code);
        if (!left.Contains(hash, StringComparer.Ordinal)) return false;
        await SetTokenAsync(user, Provider, CodesName, string.Join(';', left.Where(entry => entry != hash)), cancellationToken);
        return true;
    }

    public override async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken) =>
        await passkeys.OfAsync(user.Id, null, cancellationToken);

    public override async Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await passkeys.OfAsync(user.Id, credentialId, cancellationToken)).SingleOrDefault();

    public override async Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.OwnerOfAsync(credentialId, cancellationToken) is { } owner
            ? await FindByIdAsync(owner.ToString(), cancellationToken) : null;

    // The names under which UserOnlyStore keeps them.
    private const string Provider = "[AspNetUserStore]";
    private const string CodesName = "RecoveryCodes";

    private static string OwnerOf(User user) => $"user:{user.Id}:totp";

    private string Hash(User user, string code) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(codeKey, Encoding.UTF8.GetBytes($"{user.Id}:{code.Trim().ToUpperInvariant()}")));
}
