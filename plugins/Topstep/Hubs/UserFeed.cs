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

    /// <summary>One session that listens.</summary>
    internal sealed class Listener(UserFeed feed, int account) : IAsyncDisposable
    {
        // A session that does not keep up loses the feed and starts with a fresh look, rather than with a hole that nobody sees.
        private readonly Channel<FeedEvent> events = Channel.CreateBounded<FeedEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

        public int Account => account;
        public ChannelReader<FeedEvent> Events => events.Reader;

        public void Tell(FeedEvent news)
        {
            if (!events.Writer.TryWrite(news)) events.Writer.TryComplete(new ConnectorException("The account's events came faster than they were taken."));
        }

        public ValueTask DisposeAsync() => feed.EndAsync(this);
    }

    public async Task<Listener> ListenAsync(int account, FeedUser user, CancellationToken ct)
    {
        var listener = new Listener(this, account);
        lock (gate) listeners[listener] = user;
        Enter(user);
        if (Connection is { } open)
        {
            try
            {
                await SubscribeAsync(open, account, ct);
                listener.Tell(new FeedEvent.Up());
            }
            catch (Exception e) when (e is System.Net.WebSockets.WebSocketException or HubRefusedException or ObjectDisposedException)
            {
                // The loop notices the end of the connection itself, and subscribes everybody again.
            }
        }
        return listener;
    }

    protected override async Task SubscribeAsync(HubConnection connection, CancellationToken ct)
    {
        await connection.InvokeAsync("SubscribeAccounts", null, ct);
        foreach (var account in Listeners().Select(listener => listener.Account).Distinct()) await SubscribeAsync(connection, account, ct);
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
                foreach (var row in Payload.Read(arguments, WireJson.Default.WirePosition)) Tell(row.AccountId, new FeedEvent.Position(row));
                break;
            case "GatewayUserAccount":
                foreach (var row in Payload.Read(arguments, WireJson.Default.WireAccount)) Tell(row.Id, new FeedEvent.Account(row));
                break;
            case "GatewayLogout":
                NoteLogout();
                break;
        }
    }

    protected override void OnUp() => TellAll(new FeedEvent.Up());

    protected override void OnDown(string why) => TellAll(new FeedEvent.Down(why));

    private static async Task SubscribeAsync(HubConnection connection, int account, CancellationToken ct)
    {
        var id = account.ToString(CultureInfo.InvariantCulture);
        await connection.InvokeAsync("SubscribeOrders", id, ct);
        await connection.InvokeAsync("SubscribePositions", id, ct);
        await connection.InvokeAsync("SubscribeTrades", id, ct);
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
        foreach (var listener in Listeners())
            if (listener.Account == account) listener.Tell(news);
    }
}
