using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace TradeFlow.Simulators.ProjectX.Hubs;

/// <summary>Who is connected to the user hub; a user has one live session.</summary>
internal sealed class LiveSessions(World world)
{
    private readonly ConcurrentDictionary<string, HubCallerContext> live = [];
    private readonly ConcurrentDictionary<string, HubCallerContext> all = [];

    /// <summary>Takes the user's place; answers the connection that had it.</summary>
    public HubCallerContext? Enter(string user, HubCallerContext context)
    {
        all[context.ConnectionId] = context;
        HubCallerContext? before = null;
        live.AddOrUpdate(user, context, (_, old) =>
        {
            before = old;
            return context;
        });
        return world.Switches.SingleSession ? before : null;
    }

    public void Leave(string user, HubCallerContext context)
    {
        all.TryRemove(context.ConnectionId, out _);
        live.TryRemove(new KeyValuePair<string, HubCallerContext>(user, context));
    }

    public void AbortAll()
    {
        foreach (var context in all.Values) context.Abort();
    }
}

internal sealed class UserHub(World world, LiveSessions sessions) : Hub
{
    public override async Task OnConnectedAsync()
    {
        if (sessions.Enter(User.Name, Context) is { } replaced)
        {
            await Clients.Client(replaced.ConnectionId).SendAsync("GatewayLogout", "Session replaced by a new connection");
            _ = AbortSoonAsync(replaced);
        }
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
        return Groups.AddToGroupAsync(Context.ConnectionId, $"{kind}:{accountId}");
    }

    private Task LeaveAsync(string kind, int accountId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"{kind}:{accountId}");

    // The farewell needs a moment to get out.
    private static async Task AbortSoonAsync(HubCallerContext context)
    {
        await Task.Delay(200);
        context.Abort();
    }
}

internal sealed class MarketHub(World world) : Hub
{
    public async Task SubscribeContractQuotes(string contractId)
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, $"quotes:{Known(contractId).Id}");
        await Clients.Caller.SendAsync("GatewayQuote", contractId, world.Broadcast.FullQuote(Known(contractId)));
    }

    public Task UnsubscribeContractQuotes(string contractId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"quotes:{contractId}");

    public Task SubscribeContractTrades(string contractId) => Groups.AddToGroupAsync(Context.ConnectionId, $"trades:{Known(contractId).Id}");

    public Task UnsubscribeContractTrades(string contractId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"trades:{contractId}");

    public Task SubscribeContractMarketDepth(string contractId) => Groups.AddToGroupAsync(Context.ConnectionId, $"depth:{Known(contractId).Id}");

    public Task UnsubscribeContractMarketDepth(string contractId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, $"depth:{contractId}");

    private Contract Known(string contractId) => world.FindContract(contractId) ?? throw new HubException("Contract not found");
}
