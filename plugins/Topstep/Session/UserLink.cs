using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>What all sessions of one user share: the token, one connection to each hub, and what their streams may read.</summary>
internal sealed class UserLink
{
    public UserLink(Uri baseUrl, LoginKeyBody credentials)
    {
        Login = new Login(baseUrl, credentials);
        User = new UserFeed(Login);
        Market = new MarketFeed(Login);
    }

    public Login Login { get; }
    public UserFeed User { get; }
    public MarketFeed Market { get; }
    public StreamAllowance Allowance { get; } = new();
}
