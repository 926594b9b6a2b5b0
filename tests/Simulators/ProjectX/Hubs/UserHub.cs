using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX.Hubs;

/// <summary>Who is connected to the hubs; a user has one live session on the user hub.</summary>
internal sealed class LiveSessions
{
    private readonly ConcurrentDictionary<string, HubCallerContext> live = [];
    private readonly ConcurrentDictionary<string, (string User, HubCallerContext Context)> all = [];

    /// <summary>Takes the user's place; answers the connection that had it.</summary>
    public HubCallerContext? Enter(string user, HubCallerContext context)
    {
        Join(user, context);
        HubCallerContext? before = null;
        live.AddOrUpdate(user, context, (_, old) =>
        {
            before = old;
            return context;
        });
        return before;
    }

    public void Join(string user, HubCallerContext context) => all[context.ConnectionId] = (user, context);

    public void Leave(string user, HubCallerContext context)
    {
        all.TryRemove(context.ConnectionId, out _);
        live.TryRemove(new KeyValuePair<string, HubCallerContext>(user, context));
    }

    /// <summary>The connections of a user to the user hub; null for all users.</summary>
    public IEnumerable<HubCallerContext> Live(string? user) =>
        live.Where(entry => user is null || entry.Key == user).Select(entry => entry.Value);

    /// <summary>The user hub's connections by user, of those who hear of positions.</summary>
    public IReadOnlyDictionary<string, string> Connections =>
        live.Where(entry => entry.Value.Items.ContainsKey("positions")).ToDictionary(entry => entry.Key, entry => entry.Value.ConnectionId);

    /// <summary>Ends connections as a server does that has had enough of them: a close message, then the end.</summary>
    public void Abort(string? user)
    {
        foreach (var context in Of(user)) context.Abort();
    }

    /// <summary>Ends connections with a close message that allows another one at once.</summary>
    public void Close(string? user)
    {
        foreach (var context in Of(user)) context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    /// <summary>TCP RST: no word on any layer.</summary>
    public void Cut(string? user)
    {
        foreach (var context in Of(user))
        {
            FaultMiddleware.CutSocket(context.GetHttpContext()?.Features.Get<IConnectionSocketFeature>()?.Socket);
            context.Abort();
        }
    }

    private IEnumerable<HubCallerContext> Of(string? user) =>
        all.Values.Where(entry => user is null || entry.User == user).Select(entry => entry.Context);
}

internal sealed class UserHub(World world, LiveSessions sessions) : Hub
{
    public override async Task OnConnectedAsync()
    {
        if (sessions.Enter(User.Name, Context) is { } replaced && world.Switches.SingleSession)
            await Farewell.SayAsync(Clients, replaced, "Session replaced by a new connection");
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        sessions.Leave(User.Name, Context);
        return base.OnDisconnectedAsync(exception);
    }

    public Task SubscribeAccounts() => Groups.AddToGroupAsync(Context.ConnectionId, $"accounts:{User.Name}");

    public Task UnsubscribeAccounts() => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"accounts:{User.Name}");

    public Task SubscribeOrders(int accountId) => JoinAsync("orders", accountId);

    public Task UnsubscribeOrders(int accountId) => LeaveAsync("orders", accountId);

    public Task SubscribePositions(int accountId) => JoinAsync("positions", accountId);

    public Task UnsubscribePositions(int accountId) => LeaveAsync("positions", accountId);

    public Task SubscribeTrades(int accountId) => JoinAsync("trades", accountId);

    public Task UnsubscribeTrades(int accountId) => LeaveAsync("trades", accountId);

    private SimUser User => (SimUser)Context.GetHttpContext()!.Items[Endpoints.Gatekeeper.UserItem]!; // put there before the hub is reached

    private Task JoinAsync(string kind, int accountId)
    {
        lock (world.Gate)
            if (!User.Accounts.Exists(account => account.Id == accountId))
                throw new HubException("Account not found");
        Context.Items[kind] = accountId;
        return Groups.AddToGroupAsync(Context.ConnectionId, $"{kind}:{accountId}");
    }

    private Task LeaveAsync(string kind, int accountId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"{kind}:{accountId}");
}

/// <summary>The gateway ends a session: the event, then the connection.</summary>
internal static class Farewell
{
    public static async Task SayAsync(IHubClients<IClientProxy> clients, HubCallerContext session, string words)
    {
        await clients.Client(session.ConnectionId).SendAsync("GatewayLogout", words);
        _ = AbortSoonAsync(session);
    }

    // The event needs a moment to get out.
    private static async Task AbortSoonAsync(HubCallerContext session)
    {
        await Task.Delay(200);
        session.Abort();
    }
}

internal sealed class MarketHub(World world, LiveSessions sessions) : Hub
{
    public override Task OnConnectedAsync()
    {
        sessions.Join(User.Name, Context);
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        sessions.Leave(User.Name, Context);
        return base.OnDisconnectedAsync(exception);
    }

    public async Task SubscribeContractQuotes(string contractId)
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, $"quotes:{Known(contractId).Id}");
        await Clients.Caller.SendAsync("GatewayQuote", contractId, world.Broadcast.FullQuote(Known(contractId)));
    }

    public Task UnsubscribeContractQuotes(string contractId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"quotes:{contractId}");

    public Task SubscribeContractTrades(string contractId) =>
        Groups.AddToGroupAsync(Context.ConnectionId, $"trades:{Known(contractId).Id}");

    public Task UnsubscribeContractTrades(string contractId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"trades:{contractId}");

    public Task SubscribeContractMarketDepth(string contractId) =>
        Groups.AddToGroupAsync(Context.ConnectionId, $"depth:{Known(contractId).Id}");

    public Task UnsubscribeContractMarketDepth(string contractId) =>
        Groups.RemoveFromGroupAsync(Context.ConnectionId, $"depth:{contractId}");

    private SimUser User => (SimUser)Context.GetHttpContext()!.Items[Endpoints.Gatekeeper.UserItem]!; // put there before the hub is reached

    private Contract Known(string contractId) => world.FindContract(contractId) ?? throw new HubException("Contract not found");
}
