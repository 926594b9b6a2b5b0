using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>Best prices of the contracts that somebody asked for. Quotes are partial: what an event leaves out has not changed.</summary>
internal sealed class MarketFeed(Login login) : FeedLoop(login)
{
    // Contracts are few; a user who trades more than these at once is served by bars.
    private const int Most = 40;

    private readonly ConcurrentDictionary<string, Line> lines = new(StringComparer.OrdinalIgnoreCase);
    private volatile TimeProvider clock = TimeProvider.System;

    private sealed class Line
    {
        public decimal? Bid { get; set; }
        public decimal? Ask { get; set; }
        public decimal? Last { get; set; }
        public DateTimeOffset At { get; set; }
        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>
        /// Asking the hub for it; ends with the connection at the latest. Nobody waits longer for a price than he wants to.
        /// </summary>
        public Task Asking { get; set; } = Task.CompletedTask;
    }

    public IAsyncDisposable Join(FeedUser user)
    {
        clock = user.Context.Clock;
        Enter(user);
        return new Seat(this, user);
    }

    private sealed class Seat(MarketFeed feed, FeedUser user) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await feed.LeaveAsync(user);
    }

    /// <summary>The newest quote while the feed is up; null when there is none yet.</summary>
    public Quote? Newest(string contractId)
    {
        if (!IsConnected || !lines.TryGetValue(contractId, out var line)) return null;
        lock (line)
        {
            // What was traded last stands in where nobody tells a bid or an ask.
            return (line.Bid ?? line.Last, line.Ask ?? line.Last) is ({ } bid, { } ask)
                ? new Quote { BrokerSymbol = contractId, Bid = bid, Ask = ask, At = line.At } : null;
        }
    }

    /// <summary>The newest quote at hand. Asks for more of them.</summary>
    public Quote? Glance(string contractId) => LineOf(contractId) is null ? null : Newest(contractId);

    /// <summary>The newest quote, waiting a while for the first one.</summary>
    public async Task<Quote?> QuoteAsync(string contractId, TimeSpan patience, CancellationToken ct)
    {
        if (LineOf(contractId) is not { } line) return null;
        if (Newest(contractId) is { } known) return known;
        try
        {
            await line.First.Task.WaitAsync(patience, clock, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
        return Newest(contractId);
    }

    protected override async Task SubscribeAsync(HubLink connection, CancellationToken ct)
    {
        foreach (var contract in lines.Keys) await SubscribeAsync(connection, contract, ct);
    }

    protected override void OnEvent(string target, JsonElement arguments)
    {
        if (target != "GatewayQuote" || arguments.ValueKind is not JsonValueKind.Array || arguments.GetArrayLength() < 2) return;
        if (arguments[0].ValueKind is not JsonValueKind.String || arguments[0].GetString() is not { } contract
            || !lines.TryGetValue(contract, out var line))
            return;
        foreach (var quote in Payload.Read(arguments[1], WireJson.Default.WireQuote))
        {
            lock (line)
            {
                // Nought is how "none" may be written.
                line.Bid = quote.BestBid is { } bid and not 0 ? bid : line.Bid;
                line.Ask = quote.BestAsk is { } ask and not 0 ? ask : line.Ask;
                line.Last = quote.LastPrice is { } last and not 0 ? last : line.Last;
                line.At = clock.GetUtcNow();
                if ((line.Bid ?? line.Last) is not null && (line.Ask ?? line.Last) is not null) line.First.TrySetResult();
            }
        }
    }

    protected override void OnUnread() { }

    protected override void OnUp() { }

    // A price from before the break is no price of now.
    protected override void OnDown(string why)
    {
        foreach (var line in lines.Values)
            lock (line) (line.Bid, line.Ask, line.Last) = (null, null, null);
    }

    private Line? LineOf(string contractId)
    {
        if (lines.TryGetValue(contractId, out var known)) return known;
        if (lines.Count >= Most) return null;
        var line = lines.GetOrAdd(contractId, _ => new Line());
        line.Asking = SubscribeOneAsync(contractId);
        return line;
    }

    private async Task SubscribeOneAsync(string contractId)
    {
        if (Connection is not { } open) return; // the loop subscribes to everything once it is up
        try
        {
            await SubscribeAsync(open, contractId, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The connection is ending; the loop sees that itself.
        }
    }

    private async Task SubscribeAsync(HubLink connection, string contractId, CancellationToken ct)
    {
        try
        {
            await connection.InvokeAsync("SubscribeContractQuotes", contractId, ct);
        }
        catch (HubRefusedException)
        {
            // Not known there: nobody waits for its price.
            if (lines.TryRemove(contractId, out var line)) line.First.TrySetResult();
        }
    }
}
