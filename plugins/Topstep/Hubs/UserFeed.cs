using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>What the user hub tells of one account.</summary>
internal abstract record FeedEvent
{
    private FeedEvent() { }

    /// <summary>Connected and subscribed: what happened before is not told.</summary>
    internal sealed record Up : FeedEvent;

    internal sealed record Down(string Why) : FeedEvent;

    /// <summary>Something was told that could not be read.</summary>
    internal sealed record Unread : FeedEvent;

    internal sealed record Order(WireOrder Row) : FeedEvent;

    internal sealed record Trade(WireTrade Row) : FeedEvent;

    internal sealed record Position(WirePosition Row) : FeedEvent;

    internal sealed record Account(WireAccount Row) : FeedEvent;
}

/// <summary>Orders, trades, positions and balances of a user's accounts.</summary>
internal sealed class UserFeed(Login login) : FeedLoop(login)
{
    private const int MostWaiting = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Listener, FeedUser> listeners = [];
    private readonly HashSet<int> refused = [];

    /// <summary>How many sessions listen: they share the user's limits.</summary>
    public int Streams
    {
        get
        {
            lock (gate) return listeners.Count;
        }
    }

    /// <summary>One session that listens.</summary>
    /// <param name="feed">What it listens to.</param>
    /// <param name="account">Whose events it hears.</param>
    /// <param name="heard">Called with each event as it comes, however long the reader of <see cref="Events"/> takes.</param>
    internal sealed class Listener(UserFeed feed, int account, Action<FeedEvent> heard) : IAsyncDisposable
    {
        // A session that does not keep up loses the feed and starts with a fresh look, rather than with a hole that nobody sees.
        private readonly Channel<FeedEvent> events =
            Channel.CreateBounded<FeedEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

        public int Account => account;
        public ChannelReader<FeedEvent> Events => events.Reader;

        public void Tell(FeedEvent news)
        {
            heard(news);
            if (!events.Writer.TryWrite(news))
                events.Writer.TryComplete(new ConnectorException("The account's events came faster than they were taken."));
        }

        public ValueTask DisposeAsync() => feed.EndAsync(this);
    }

    public async Task<Listener> ListenAsync(int account, FeedUser user, Action<FeedEvent> heard, CancellationToken ct)
    {
        var listener = new Listener(this, account, heard);
        lock (gate) listeners[listener] = user;
        Enter(user);
        if (Connection is { } open)
        {
            try
            {
                if (await IsSubscribedAsync(open, account, ct)) listener.Tell(new FeedEvent.Up());
            }
            catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or ObjectDisposedException)
            {
                // The loop notices the end of the connection itself, and subscribes everybody again.
            }
        }
        return listener;
    }

    protected override async Task SubscribeAsync(HubLink connection, CancellationToken ct)
    {
        // Balances come with every look, too.
        await IsTakenAsync(connection, "SubscribeAccounts", null, ct);
        foreach (var account in Listeners().Select(listener => listener.Account).Distinct())
        {
            var isSubscribed = await IsSubscribedAsync(connection, account, ct);
            lock (gate) _ = isSubscribed ? refused.Remove(account) : refused.Add(account);
        }
    }

    protected override void OnEvent(string target, JsonElement arguments)
    {
        switch (target)
        {
            case "GatewayUserOrder":
                foreach (var row in Payload.Read(arguments, WireJson.Default.WireOrder)) Tell(row.AccountId, new FeedEvent.Order(row));
                break;
            case "GatewayUserTrade":
                foreach (var row in Payload.Read(arguments, WireJson.Default.WireTrade)) Tell(row.AccountId, new FeedEvent.Trade(row));
                break;
            case "GatewayUserPosition":
                foreach (var row in Payload.Read(arguments, WireJson.Default.WirePosition))
                    Tell(row.AccountId, new FeedEvent.Position(row));
                break;
            case "GatewayUserAccount":
                foreach (var row in Payload.Read(arguments, WireJson.Default.WireAccount)) Tell(row.Id, new FeedEvent.Account(row));
                break;
            case "GatewayLogout":
                // Whether the gateway ends the connection, too, and when, no source says.
                throw new LoggedOutException(arguments.ToString());
        }
    }

    // An account that the hub refuses (closed, say) is read instead, and the user's others go on.
    protected override void OnUp()
    {
        foreach (var listener in Listeners())
        {
            lock (gate)
                if (refused.Contains(listener.Account)) continue;
            listener.Tell(new FeedEvent.Up());
        }
    }

    protected override void OnUnread() => TellAll(new FeedEvent.Unread());

    protected override void OnDown(string why) => TellAll(new FeedEvent.Down(why));

    private static async Task<bool> IsSubscribedAsync(HubLink connection, int account, CancellationToken ct)
    {
        var id = account.ToString(CultureInfo.InvariantCulture);
        return await IsTakenAsync(connection, "SubscribeOrders", id, ct) & await IsTakenAsync(connection, "SubscribePositions", id, ct)
            & await IsTakenAsync(connection, "SubscribeTrades", id, ct);
    }

    private static async Task<bool> IsTakenAsync(HubLink connection, string method, string? argument, CancellationToken ct)
    {
        try
        {
            await connection.InvokeAsync(method, argument, ct);
            return true;
        }
        catch (HubRefusedException)
        {
            return false;
        }
    }

    private async ValueTask EndAsync(Listener listener)
    {
        FeedUser? user;
        lock (gate) listeners.Remove(listener, out user);
        if (user is not null) await LeaveAsync(user);
    }

    private Listener[] Listeners()
    {
        lock (gate) return [.. listeners.Keys];
    }

    private void TellAll(FeedEvent news)
    {
        foreach (var listener in Listeners()) listener.Tell(news);
    }

    private void Tell(int account, FeedEvent news)
    {
        var all = Listeners();
        // An event that names no account is that of the only one, or else nobody knows whose.
        if (account == 0 && all.Select(listener => listener.Account).Distinct().Count() > 1)
        {
            OnUnread();
            return;
        }
        foreach (var listener in all)
            if (listener.Account == account || account == 0) listener.Tell(news);
    }
}
