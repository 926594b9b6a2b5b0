namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>The log-ins that are in use, so that sessions of one user share one. They go when the last session lets go of them.</summary>
internal sealed class Logins
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, WeakReference<Login>> logins = new(StringComparer.Ordinal);

    public Login For(Uri baseUrl, LogInBody credentials)
    {
        var fingerprint = Login.FingerprintOf(baseUrl, credentials);
        lock (gate)
        {
            if (logins.TryGetValue(fingerprint, out var known) && known.TryGetTarget(out var login)) return login;
            foreach (var (gone, _) in logins.Where(entry => !entry.Value.TryGetTarget(out _)).ToArray()) logins.Remove(gone);
            login = new Login(credentials, fingerprint);
            logins[fingerprint] = new WeakReference<Login>(login);
            return login;
        }
    }
}
