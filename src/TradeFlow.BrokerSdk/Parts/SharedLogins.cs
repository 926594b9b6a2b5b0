using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.BrokerSdk;

/// <summary>
/// What the sessions of one user share, such as a token or a connection: a broker may end a user's other session when the same user logs in
/// again, so two accounts of one user must not log in against each other. It goes when the last session lets go of it.
/// </summary>
/// <typeparam name="T">What is shared. Only a weak reference to it is held here: each session has to hold it.</typeparam>
public sealed class SharedLogins<T> where T : class
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, WeakReference<T>> known = new(StringComparer.Ordinal);

    /// <summary>What the other sessions with these credentials use, or a new one.</summary>
    /// <param name="fingerprint">Of the credentials (<see cref="CredentialFingerprint.Of"/>). Whoever types another password shares
    /// nothing.</param>
    /// <param name="make">Makes it. It is called under a lock, so it does no I/O.</param>
    public T For(string fingerprint, Func<T> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        lock (gate)
        {
            if (known.TryGetValue(fingerprint, out var reference) && reference.TryGetTarget(out var shared)) return shared;
            foreach (var (gone, _) in known.Where(entry => !entry.Value.TryGetTarget(out _)).ToArray()) known.Remove(gone);
            shared = make();
            known[fingerprint] = new WeakReference<T>(shared);
            return shared;
        }
    }
}

/// <summary>Tells credentials apart without keeping them.</summary>
public static class CredentialFingerprint
{
    /// <summary>32 hexadecimal digits of a SHA-256 over the address and the credentials, the same in every process.</summary>
    /// <param name="address">The broker's address: the same user at demo and at live is two users.</param>
    /// <param name="parts">The user's name, password, server: everything that a log-in sends. None may hold a line break.</param>
    public static string Of(Uri address, params ReadOnlySpan<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{address}\n{string.Join('\n', parts)}")))[..32];
}
