using System.Runtime.CompilerServices;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Session;
using TradeFlow.Plugins.Topstep.Streaming;

namespace TradeFlow.Plugins.Topstep;

/// <summary>A session for one Topstep account.</summary>
internal sealed class TopstepConnector(AccountSession session) : IBrokerConnector, IModifyOrders
{
    private readonly CancellationTokenSource lifetime = new();
    private readonly AccountStateQuery state = new(session);
    private int ended;

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => state.AccountOnlyAsync(ct);

    public async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        if (query.Symbol is { Length: > 0 } symbol)
            return await session.Catalogue.FindAsync(symbol, ct) is { } contract ? [Catalogue.ToInstrument(contract)] : [];
        return [.. (await session.Catalogue.AllAsync(ct)).Where(contract => contract is { TickSize: > 0, TickValue: > 0 })
            .Select(Catalogue.ToInstrument)];
    }

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => session.Prices.QuoteAsync(brokerSymbol, ct);

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) => PlaceOrderCommand.RunAsync(session, order, ct);

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) => ChangeCommands.CancelAsync(session, order, ct);

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        ClosePositionCommand.RunAsync(session, close, ct);

    public Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct) => ChangeCommands.ModifyAsync(session, change, ct);

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        FindOrderQuery.RunAsync(session, order, session.Closes.Find(order.ClientOrderId) is null ? RequestClass.Query
        : RequestClass.ExitQuery, ct);

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => state.RunAsync(window, ct);

    public async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.Token);
        await foreach (var update in new AccountStream(session, state).RunAsync(both.Token)) yield return update;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ended, 1) == 1) return;
        await lifetime.CancelAsync();
        lifetime.Dispose();
        await session.DisposeAsync();
    }
}
