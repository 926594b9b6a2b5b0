using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// Spends the time of a hash for an address that nobody has: one hash of nobody's, made once with the parameters of all others.
/// </summary>
internal sealed class DummyHash
{
    private static readonly User Nobody = new() { Name = "nobody" };
    private readonly PasswordHasher<User> hasher;
    private readonly string hash;

    public DummyHash(IOptions<PasswordHasherOptions> options)
    {
        hasher = new PasswordHasher<User>(options);
        hash = hasher.HashPassword(Nobody, Guid.NewGuid().ToString());
    }

    public void Verify(string password) => hasher.VerifyHashedPassword(Nobody, hash, password);
}
