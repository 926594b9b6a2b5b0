using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>
/// Prices from the market hub, which is joined when the first one is asked for; where it has none, the close of the newest minute.
/// </summary>
internal sealed class Prices(MarketFeed feed, FeedUser user, GatewayCalls calls) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private IAsyncDisposable? seat;
    private bool ended;

    /// <exception cref="ConnectorException">There is no price.</exception>
    public async Task<Quote> QuoteAsync(string contractId, CancellationToken ct)
    {
        Join();
        if (await feed.QuoteAsync(contractId, Patience, ct) is { } quote) return quote;
        return await calls.LastBarAsync(contractId, user.Context.Clock.GetUtcNow(), ct) is { } bar
            ? new Quote { BrokerSymbol = contractId, Bid = bar.C, Ask = bar.C, At = bar.T }
            : throw new ConnectorException(ConnectorErrorKind.NotFound, $"Topstep has no price of {contractId}.");
    }

    /// <summary>The newest quote at hand, without waiting for one. Asks for more of them.</summary>
    public Quote? Glance(string contractId)
    {
        Join();
        return feed.Glance(contractId);
    }

    public Quote? Newest(string contractId) => feed.Newest(contractId);

    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable? joined;
        lock (gate) (ended, joined, seat) = (true, seat, null);
        if (joined is not null) await joined.DisposeAsync();
    }

    private void Join()
    {
        lock (gate)
            if (!ended) seat ??= feed.Join(user);
    }
}
