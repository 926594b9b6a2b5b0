using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>What the commands and queries of one account's session share.</summary>
internal sealed class AccountSession : IAsyncDisposable
{
    private IReadOnlyList<WirePosition>? shown;

    public AccountSession(IConnectorContext context, ConnectRequest request, UserLink link, Gateway gateway, int accountId)
    {
        (AccountId, Clock, Log, Link) = (accountId, context.Clock, context.Log, link);
        var login = new LoginContext(gateway, context.Clock);
        Calls = new GatewayCalls(gateway, link.Login, login, accountId);
        UserHub = new FeedUser(context, login, request.Endpoints["userHub"]);
        Catalogue = new Catalogue(Calls, context.Clock);
        Prices = new Prices(link.Market, new FeedUser(context, login, request.Endpoints["marketHub"]), Calls);
        LegsDue = new LegsDue(context.State, context.Log);
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
    public Sightings Sightings { get; } = new();
    public CloseNotes Closes { get; } = new();

    /// <summary>What a reading beside the stream showed: a stream that believes something else has missed an event.</summary>
    public void Show(IReadOnlyList<WirePosition> positions) => Interlocked.Exchange(ref shown, positions);

    public IReadOnlyList<WirePosition>? TakeShown() => Interlocked.Exchange(ref shown, null);

    public async ValueTask DisposeAsync()
    {
        await Prices.DisposeAsync();
        Catalogue.Dispose();
        LegsDue.Dispose();
    }
}
