using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;
using TradeFlow.Plugins.Topstep.Streaming;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>What the commands and queries of one account's session share.</summary>
internal sealed class AccountSession : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> gone = new();
    private Shown? shown;

    public AccountSession(IConnectorContext context, ConnectRequest request, UserLink link, Gateway gateway, int accountId)
    {
        (AccountId, Clock, Log, Link) = (accountId, context.Clock, context.Log, link);
        Calls = new GatewayCalls(gateway, link.Login, context, accountId);
        UserHub = new FeedUser(context, request.Endpoints["userHub"]);
        Catalogue = new Catalogue(Calls, context.Clock);
        Prices = new Prices(link.Market, new FeedUser(context, request.Endpoints["marketHub"]), Calls);
        LegsDue = new LegsDue(context.State, context.Log);
        News = new HubNews(context.Clock);
    }

    public int AccountId { get; }
    public TimeProvider Clock { get; }
    public ILogger Log { get; }
    public UserLink Link { get; }
    public GatewayCalls Calls { get; }
    public FeedUser UserHub { get; }
    public Catalogue Catalogue { get; }
    public Prices Prices { get; }
    public LegsDue LegsDue { get; }
    public HubNews News { get; }
    public Sightings Sightings { get; } = new();
    public TradeCosts Costs { get; } = new();
    public CloseLedger Closes { get; } = new();

    /// <summary>The account as its stream keeps it, while there is a stream.</summary>
    public Mirror? Kept { get; set; }

    /// <summary>The newest list of open positions that anybody read.</summary>
    public Shown? Newest { get; private set; }

    /// <summary>What the hub tells is known at once, however long the stream's listener takes.</summary>
    public void Hear(FeedEvent news)
    {
        switch (news)
        {
            case FeedEvent.Order { Row: var order }:
                Sightings.See([order]);
                break;
            case FeedEvent.Trade { Row: var trade }:
                Costs.Hear(trade);
                Sightings.See([trade]);
                break;
            case FeedEvent.Position { Row: var position }:
                Sightings.See([position]);
                break;
        }
        News.Hear(news);
    }

    public async Task<Shown> PositionsAsync(RequestClass by, CancellationToken ct)
    {
        var begun = Clock.GetUtcNow();
        IReadOnlyList<WirePosition> open = [.. (await Calls.PositionsAsync(by, ct)).Where(position => position.Size > 0)];
        Sightings.See(open);
        return Newest = new Shown(begun, open);
    }

    public async Task<IReadOnlyList<WireTrade>> TradesAsync(DateTimeOffset since, RequestClass by, CancellationToken ct)
    {
        var found = await Calls.TradesAsync(since, by, ct);
        IReadOnlyList<WireTrade> trades = [.. found.Where(trade => trade.Voided is not true).Select(Costs.Complete)];
        Sightings.See(trades);
        return trades;
    }

    /// <summary>
    /// Makes contracts known, so that what is told of their positions has a profit. Where that fails, it is told without.
    /// </summary>
    public async Task LearnAsync(IEnumerable<WirePosition> positions, CancellationToken ct)
    {
        foreach (var contract in positions.Select(position => position.ContractId).Distinct().Where(id => Catalogue.Known(id) is null))
        {
            try
            {
                _ = await Catalogue.ByIdAsync(contract, ct);
            }
            catch (ConnectorException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// What a reading beside the stream showed: a stream that believes something else has missed an event, and one that believes the same
    /// has been checked.
    /// </summary>
    public void Show(Shown reading) => shown = reading;

    /// <summary>A close of ours is filled: a stream that still has the position has missed an event.</summary>
    public void Gone(string positionId) => gone.Enqueue(positionId);

    public bool TryTakeGone([NotNullWhen(true)] out string? positionId) => gone.TryDequeue(out positionId);

    public Shown? TakeShown() => Interlocked.Exchange(ref shown, null);

    public async ValueTask DisposeAsync()
    {
        await Prices.DisposeAsync();
        Catalogue.Dispose();
        Closes.Dispose();
        LegsDue.Dispose();
    }
}

/// <summary>Open positions as the gateway showed them.</summary>
/// <param name="Begun">When it was asked.</param>
/// <param name="Open">All of them.</param>
internal sealed record Shown(DateTimeOffset Begun, IReadOnlyList<WirePosition> Open)
{
    /// <summary>They were read together with all else, from this moment of the stream's book on.</summary>
    public (Reading Reading, long Since)? Whole { get; init; }
}
