using Acme.Http;
using Acme.Mapping;
#if (hasFeed)
using Acme.Streaming;
#endif
using TradeFlow.BrokerSdk;

namespace Acme;

/// <summary>A session for one account. Commands answer with an outcome and are sent once; queries answer in full or throw.</summary>
internal sealed class AcmeConnector(IConnectorContext context, AcmeClient client, string account) : IBrokerConnector
{
    // As the manifest's lookup.settleSeconds: from then on the broker is certain to show an order that it took.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
#if (!hasFeed)
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
#endif

    public async Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => Reports.Of(await client.AccountAsync(account, ct));

    public async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        var all = (await client.InstrumentsAsync(account, ct)).Select(Reports.Of);
        return query.Symbol is { } symbol
            ? [.. all.Where(instrument => instrument.Symbol == symbol || instrument.BrokerSymbol == symbol)] : [.. all];
    }

    public async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) =>
        await client.QuoteAsync(brokerSymbol, ct) is { } quote
            ? new Quote { BrokerSymbol = brokerSymbol, Bid = quote.Bid, Ask = quote.Ask, At = quote.At.ToUniversalTime() }
            : throw new ConnectorException(ConnectorErrorKind.NotFound, $"Acme has no price of {brokerSymbol}.");

    public async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        // What the broker would take for another order than the one that is meant never leaves.
        if (order.Type is OrderType.Limit or OrderType.Stop && order.Price is null)
            return new OrderOutcome.NotSent("The order has no price.");
        var body = new NewOrder(order.ClientOrderId, order.Instrument.BrokerSymbol, Words.Of(order.Side), Words.Of(order.Type),
            order.Quantity, order.Price, order.StopLoss, order.TakeProfit);
        return await CommandAsync(token => client.PlaceAsync(account, body, token), ct);
    }

    public async Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct)
    {
        var id = order.BrokerOrderId;
        try
        {
            // The broker cancels by its own id.
            id ??= (await client.FindByClientIdAsync(account, order.ClientOrderId, ct))?.Id;
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        return id is null ? new OrderOutcome.NotSent("Acme shows no such order.")
            : await CommandAsync(token => client.CancelAsync(account, id, token), ct);
    }

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        CommandAsync(
            token => client.CloseAsync(account, close.BrokerPositionId, new CloseBody(close.ClientOrderId, close.Quantity), token), ct);

    public async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct)
    {
        var found = order.BrokerOrderId is { } id
            ? await client.FindAsync(account, id, ct) : await client.FindByClientIdAsync(account, order.ClientOrderId, ct);
        if (found is not null) return new OrderLookup.Found(Reports.Of(found));
        return new OrderLookup.Absent(Conclusive: order.SentAt is { } sent && context.Clock.GetUtcNow() - sent > Settle);
    }

    // One answer holds all of it: a broker that needs several throws when one of them fails. "No answer" is not "flat".
    public async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct)
    {
        var state = await client.StateAsync(account, window.Since, ct);
        return new BrokerState
        {
            At = context.Clock.GetUtcNow(),
            OpenOrders = [.. state.Orders.Select(Reports.Of)],
            Positions = [.. state.Positions.Select(Reports.Of)],
            Fills = [.. state.Fills.Where(fill => window.Since is null || fill.At >= window.Since).Select(Reports.Of)],
            Account = Reports.Of(state.Account),
        };
    }

#if (hasFeed)
    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) =>
        new AccountStream(this, client, account, context.Clock).RunAsync(ct);
#else
    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => PollingStream.Over(this, context.Clock, Poll, ct);
#endif

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<OrderOutcome> CommandAsync(Func<CancellationToken, Task<Answer>> send, CancellationToken ct)
    {
#if (auth == "password")
        try
        {
            // A log-in that fails before the command is proof that the command never left.
            await client.EnsureLoggedInAsync(ct);
        }
        catch (Exception e) when (e is ConnectorException or HttpRequestException or RequestNotSentException or OperationCanceledException)
        {
            return new OrderOutcome.NotSent("Acme could not be logged in to; nothing was sent.");
        }
#endif
        try
        {
            return Outcomes.Of(await send(ct));
        }
        catch (Exception e)
        {
            // Refused connections and the like are NotSent, everything else is Unknown. Never Rejected: the broker has said nothing.
            return HttpOutcome.From(e);
        }
    }
}
