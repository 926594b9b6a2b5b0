using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Commands;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker;

/// <summary>A session for one TradeLocker account.</summary>
internal sealed class TradeLockerConnector(AccountSession session) : IBrokerConnector, IModifyOrders
{
    private readonly AccountStateQuery state = new(session);
    // Positions and orders may be read once a second; commands and look-ups need a part of that. The host reads at the pace of
    // connector.json, which is the same.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(1500);

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => session.Book.StateAsync(session.Account, ct);

    public async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        if (query.Symbol is not { Length: > 0 } symbol)
            return [.. (await session.Catalogue.AllAsync(ct)).Select(listing => session.Catalogue.Known(listing) ?? WithoutRules(listing))];
        List<Instrument> found = [];
        // A brand lists a symbol under a handful of names at most; more than that is a search for something else.
        foreach (var listing in (await session.Catalogue.FindAsync(symbol, ct)).Take(4))
            found.Add(await session.Catalogue.DetailsAsync(listing, ct));
        return found;
    }

    public async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) =>
        await session.Catalogue.FirstAsync(brokerSymbol, ct) is { } listing
            ? await session.Catalogue.QuoteAsync(listing, ct)
            : throw new ConnectorException(ConnectorErrorKind.NotFound, $"TradeLocker does not list {brokerSymbol} on this account.");

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) => PlaceOrderCommand.RunAsync(session, order, ct);

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) => ChangeCommands.CancelAsync(session, order, ct);

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        ClosePositionCommand.RunAsync(session, close, ct);

    public Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct) => ChangeCommands.ModifyAsync(session, change, ct);

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) => FindOrderQuery.RunAsync(session, order, ct);

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => state.RunAsync(window, ct);

    /// <summary>TradeLocker pushes nothing to ordinary users: the whole state is read again and again.</summary>
    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => PollingStream.Over(this, session.Clock, Between, ct);

    public ValueTask DisposeAsync()
    {
        session.Dispose();
        return ValueTask.CompletedTask;
    }

    // The list names thousands of instruments and their rules come one by one: whoever wants to trade one asks for it by its symbol.
    private static Instrument WithoutRules(Listing listing) => new()
    {
        Symbol = listing.Symbol,
        BrokerSymbol = listing.Name,
        Description = listing.Description,
        TickSize = 1,
        QuantityStep = 1,
        MinQuantity = 1,
        ContractSize = 1,
        QuantityUnit = QuantityUnit.Lots,
        AssetClass = Listing.AssetClassOf(listing.Type, listing.Symbol),
        IsTradable = false,
        NotTradableReason = "Its rules have not been read; ask for the symbol itself.",
    };
}
