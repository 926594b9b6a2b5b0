using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>
/// Gives OpenIddict the ring of <see cref="SigningKeys"/>, which is read from the database, and takes its options anew when the ring has
/// turned. Codes and refresh tokens are encrypted besides, with a key that every replica derives.
/// </summary>
internal sealed class ServerKeys(SigningKeys signing, KeyRing ring, IOptionsMonitorCache<OpenIddictServerOptions> options)
    : IConfigureOptions<OpenIddictServerOptions>
{
    private readonly SymmetricSecurityKey encryption = new(ring.Derive("oauth-tokens"));
    private volatile IReadOnlyList<ECDsaSecurityKey> known = [];

    /// <summary>Before OpenIddict looks at a request: it cannot wait for a database.</summary>
    public async ValueTask EnsureAsync(CancellationToken ct)
    {
        var now = await signing.AllAsync(ct);
        if (now.Select(key => key.KeyId).SequenceEqual(known.Select(key => key.KeyId))) return;
        known = now;
        options.TryRemove(Options.DefaultName);
    }

    public void Configure(OpenIddictServerOptions options)
    {
        foreach (var key in known) options.SigningCredentials.Add(new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256));
        options.EncryptionCredentials.Add(
            new EncryptingCredentials(encryption, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
    }
}
