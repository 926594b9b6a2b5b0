using System.Security.Cryptography;
using System.Text;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>What all sessions of one user share: the token, one connection to each hub, and what their streams may read.</summary>
internal sealed class UserLink
{
    public UserLink(LoginKeyBody credentials)
    {
        Login = new Login(credentials);
        User = new UserFeed(Login);
        Market = new MarketFeed(Login);
    }

    public Login Login { get; }
    public UserFeed User { get; }
    public MarketFeed Market { get; }
    public StreamAllowance Allowance { get; } = new();
}

/// <summary>The users that are in use. They go when the last session lets go of them.</summary>
internal sealed class UserLinks
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, WeakReference<UserLink>> links = new(StringComparer.Ordinal);

    public UserLink For(Uri baseUrl, LoginKeyBody credentials)
    {
        // Tells credentials apart without keeping them.
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{baseUrl}\n{credentials.UserName}\n{credentials.ApiKey}")));
        lock (gate)
        {
            if (links.TryGetValue(key, out var known) && known.TryGetTarget(out var link)) return link;
            foreach (var (gone, _) in links.Where(entry => !entry.Value.TryGetTarget(out _)).ToArray()) links.Remove(gone);
            link = new UserLink(credentials);
            links[key] = new WeakReference<UserLink>(link);
            return link;
        }
    }
}
