using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX.Hubs;

/// <summary>
/// Events for the hubs, sent in the order in which they happened, outside of the gate. On demand they get lost, come late (and then out of
/// order) or twice, or the connection ends in their place.
/// </summary>
internal sealed class Broadcast(World world, LiveSessions sessions)
{
    private const int New = 0;
    private const int Update = 1;

    private readonly Channel<Event> events = Channel.CreateUnbounded<Event>(new UnboundedChannelOptions { SingleReader = true });

    private sealed record Event(string Operation, ICaller? Caller, bool Market, string Group, string Method, object?[] Arguments);

    public IHubContext<UserHub>? UserHub { get; set; }

    public IHubContext<MarketHub>? MarketHub { get; set; }

    // An update from the first event on: so it was seen live.
    public void Order(SimOrder order) =>
        User("HUB_ORDER", order.Account, $"orders:{order.Account.Id}", "GatewayUserOrder", Update, Views.Of(order));

    public void Trade(SimTrade trade, bool isNew) =>
        User("HUB_TRADE", trade.Account, $"trades:{trade.Account.Id}", "GatewayUserTrade", isNew ? New : Update, TradeView.Of(trade));

    public void Position(SimPosition position) =>
        User("HUB_POSITION", position.Account, $"positions:{position.Account.Id}", "GatewayUserPosition", Update, Views.Of(position));

    public void Account(SimAccount account)
    {
        for (var i = 0; i < Math.Max(1, world.Switches.AccountEvents); i++)
            User("HUB_ACCOUNT", account, $"accounts:{account.User.Name}", "GatewayUserAccount", Update, Views.Of(account));
    }

    /// <summary>What moved since the last beat. A field that is not there has not changed.</summary>
    public void Quotes()
    {
        foreach (var contract in world.Listed.Where(contract => contract.Active))
        {
            var quote = world.Prices[contract.Product.Ticker];
            Market(contract, "quotes", "GatewayQuote",
                new { symbol = contract.SymbolId, lastPrice = quote.Bid, bestBid = quote.Bid, bestAsk = quote.Ask, lastUpdated = world.Now,
                    timestamp = world.Now });
            Market(contract, "trades", "GatewayTrade",
                new { symbolId = contract.SymbolId, price = quote.Bid, timestamp = world.Now, type = 0, volume = 1 });
            Market(contract, "depth", "GatewayDepth",
                new { timestamp = world.Now, type = 4, price = quote.Bid, volume = 10, currentVolume = 10 });
        }
    }

    /// <summary>The first thing a subscriber of quotes gets: everything.</summary>
    public object FullQuote(Contract contract)
    {
        lock (world.Gate)
        {
            var quote = world.Prices[contract.Product.Ticker];
            var day = world.Prices.Day(contract.Product.Ticker);
            var change = quote.Bid - day.Open;
            return new
            {
                symbol = contract.SymbolId, lastPrice = quote.Bid, bestBid = quote.Bid, bestAsk = quote.Ask, change,
                    changePercent = Math.Round(change / day.Open, 6), open = day.Open, high = day.High, low = day.Low,
                volume = 12_345, lastUpdated = world.Now, timestamp = world.Now,
            };
        }
    }

    public async Task PumpAsync(CancellationToken ct)
    {
        await foreach (var next in events.Reader.ReadAllAsync(ct))
        {
            if (world.Faults.Take("hub_drop", next.Operation, next.Caller) is not null) continue;
            if (world.Faults.Take("hub_cut", next.Operation, next.Caller) is not null)
            {
                sessions.Cut(next.Caller?.UserKey);
                continue;
            }
            if (world.Faults.Take("hub_close", next.Operation, next.Caller) is not null)
            {
                sessions.Close(next.Caller?.UserKey);
                continue;
            }
            if (world.Faults.Take("hub_delay_ms", next.Operation, next.Caller)?.Ms is { } late)
            {
                _ = LaterAsync(next, late, ct);
                continue;
            }
            await SendAsync(next, ct);
            if (world.Faults.Take("hub_duplicate", next.Operation, next.Caller) is not null) await SendAsync(next, ct);
        }
    }

    private async Task LaterAsync(Event late, int milliseconds, CancellationToken ct)
    {
        try
        {
            await Task.Delay(milliseconds, ct);
            await SendAsync(late, ct);
        }
        catch (OperationCanceledException)
        {
            // The simulator ends.
        }
    }

    private async Task SendAsync(Event next, CancellationToken ct)
    {
        try
        {
            var clients = next.Market ? MarketHub?.Clients.Group(next.Group) : UserHub?.Clients.Group(next.Group);
            if (clients is not null) await clients.SendCoreAsync(next.Method, next.Arguments, ct);
        }
        catch (ObjectDisposedException)
        {
            // The listener is down: what happens now is not seen by anybody.
        }
    }

    private void User(string operation, SimAccount account, string group, string method, int action, object data) =>
        events.Writer.TryWrite(new Event(operation, account, false, group, method,
            [world.Switches switch { { BareHubPayload: true } => data, { ListedHubPayload: true } => new object[] { new { action, data } },
                _ => new { action, data } }]));

    private void Market(Contract contract, string kind, string method, object data) =>
        events.Writer.TryWrite(new Event("HUB_QUOTE", null, true, $"{kind}:{contract.Id}", method, [contract.Id, data]));
}
