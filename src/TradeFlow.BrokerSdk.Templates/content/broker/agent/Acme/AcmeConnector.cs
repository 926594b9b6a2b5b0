using System.Diagnostics;
using System.Globalization;
using Acme.Mapping;
using TradeFlow.BrokerSdk;

namespace Acme;

/// <summary>
/// One account behind a terminal: it reads the agent's newest report and writes commands that the agent fetches. Commands answer with an
/// outcome and are queued once.
/// </summary>
internal sealed class AcmeConnector(IAgentChannel agent, TimeProvider clock) : IBrokerConnector
{
    // Below the ten seconds that the platform waits, so that a command that nobody has fetched is taken back in time.
    private static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public async Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => Reports.AccountOf(await FreshAsync(ct));

    public async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        var all = (await FreshAsync(ct)).Symbols.Select(Reports.Of);
        return query.Symbol is { } symbol
            ? [.. all.Where(instrument => instrument.Symbol == symbol || instrument.BrokerSymbol == symbol)] : [.. all];
    }

    public async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) =>
        (await FreshAsync(ct)).Symbols.FirstOrDefault(symbol => symbol.Symbol == brokerSymbol) is { Bid: { } bid, Ask: { } ask } seen
            ? new Quote { BrokerSymbol = brokerSymbol, Bid = bid, Ask = ask, At = seen.SeenAt }
            : throw new ConnectorException(ConnectorErrorKind.NotFound, $"The terminal has no price of {brokerSymbol}.");

    public async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        if (order.Type is OrderType.Limit or OrderType.Stop && order.Price is null)
            return new OrderOutcome.NotSent("The order has no price.");
        // Nothing is queued for a terminal that is not there: it would be proven unsent only when it expires.
        var (_, silence) = await TryFreshAsync(ct);
        return silence ?? await CommandAsync(new AgentCommand
        {
            Id = order.ClientOrderId, Verb = "open", Symbol = order.Instrument.BrokerSymbol, Side = order.Side, Type = order.Type,
            Quantity = order.Quantity, Price = order.Price, StopLoss = order.StopLoss, TakeProfit = order.TakeProfit,
            Magic = Identity.MagicOf(order.ClientOrderId), Comment = order.ClientOrderId, ValidFor = ValidFor,
        }, ct);
    }

    public async Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct)
    {
        var (report, silence) = await TryFreshAsync(ct);
        if (report is null) return silence!; // one of the two is there
        // The platform remembers what became of an earlier attempt under this id; a position that is gone may have been closed by it.
        if (await agent.FindAsync(close.ClientOrderId, ct) is { Result: { } told } before) return Outcomes.Of(before.Command, told);
        if (report.Positions.FirstOrDefault(open => open.Ticket == close.BrokerPositionId) is not { } position)
            return new OrderOutcome.Rejected(RejectReason.PositionNotFound, "",
                $"The terminal shows no open position {close.BrokerPositionId}.");
        return await CommandAsync(new AgentCommand
        {
            Id = close.ClientOrderId, Verb = "close", Symbol = position.Symbol, Side = position.Side, Type = OrderType.Market,
            Quantity = close.Quantity ?? position.Quantity, Ticket = position.Ticket, ValidFor = ValidFor,
        }, ct);
    }

    public async Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct)
    {
        var (report, silence) = await TryFreshAsync(ct);
        if (report is null) return silence!; // one of the two is there
        if (Identity.Find(report.Orders ?? [], order) is not { } working)
            return new OrderOutcome.Unknown("The terminal does not show the order: it may have been filled.");
        var (isCanceled, id) = await CancelsOfAsync(order, ct);
        if (isCanceled) return new OrderOutcome.Accepted(working.Ticket);
        return await CommandAsync(
            new AgentCommand { Id = id, Verb = "cancel", Symbol = working.Symbol, Ticket = working.Ticket, ValidFor = ValidFor }, ct);
    }

    public async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct)
    {
        var record = await agent.FindAsync(order.ClientOrderId, ct);
        var told = record?.Result is { } result ? Reports.Of(record.Command, result) : null;
        // What the agent has said of a command is a fact, however long ago. Only where a working order stands now needs a look.
        if (told is { Status: not OrderStatus.Working }) return new OrderLookup.Found(told);

        var report = await FreshAsync(ct);
        if (Identity.Find(report.Orders ?? [], order) is { } working) return new OrderLookup.Found(Reports.Of(working));
        if (record is null or { Command.Verb: "open" } && Identity.Find(report.Positions, order) is { } position)
            return new OrderLookup.Found(Reports.FilledOf(position, order.ClientOrderId, record?.Command));
        if (told is not null)
        {
            if ((await CancelsOfAsync(order, ct)).IsCanceled) return new OrderLookup.Found(told with { Status = OrderStatus.Canceled });
            // It has left the list and is no open position: cancelled in the terminal, or filled and closed since.
            return new OrderLookup.Absent(Conclusive: false);
        }
        // Never queued, never fetched, or fetched by an agent that has reported since without having run it.
        return new OrderLookup.Absent(Conclusive: record is null or { IsProvenNotRun: true, Result: null });
    }

    public async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct)
    {
        var report = await FreshAsync(ct);
        return new BrokerState
        {
            At = report.ReceivedAt,
            OpenOrders = [.. (report.Orders ?? []).Select(Reports.Of)],
            Positions = [.. report.Positions.Select(Reports.Of)],
            Account = Reports.AccountOf(report),
        };
    }

    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => PollingStream.Over(this, clock, Poll, ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<OrderOutcome> CommandAsync(AgentCommand command, CancellationToken ct) => await agent.SendAsync(command, ct) switch
    {
        AgentAnswer.Answered { Result: var result } => Outcomes.Of(command, result),
        AgentAnswer.NotDelivered unseen => new OrderOutcome.NotSent(unseen.Why),
        AgentAnswer.Silent silent => new OrderOutcome.Unknown(silent.Cause),
        _ => throw new UnreachableException(),
    };

    // A cancel that is on its way is joined; one that was refused, or proven never to have run, gives its place to the next.
    private async Task<(bool IsCanceled, string NextId)> CancelsOfAsync(OrderKey order, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"cancel-{order.ClientOrderId}-{attempt}");
            var record = await agent.FindAsync(id, ct);
            if (record is { Result.Status: "done" }) return (true, id);
            if (record is null or { Result: null, IsProvenNotRun: false }) return (false, id);
        }
    }

    /// <summary>The newest report, if it still says something of now.</summary>
    private async Task<AgentReport> FreshAsync(CancellationToken ct)
    {
        var report = await agent.LatestAsync(ct)
            ?? throw new ConnectorException(ConnectorErrorKind.Unreachable, "The account's terminal has not reported yet.");
        return report.IsFresh ? report : throw new ConnectorException(ConnectorErrorKind.Unreachable,
            $"The account's terminal has not reported since {report.ReceivedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
    }

    private async Task<(AgentReport? Report, OrderOutcome.NotSent? Silence)> TryFreshAsync(CancellationToken ct)
    {
        try
        {
            return (await FreshAsync(ct), null);
        }
        catch (ConnectorException e)
        {
            return (null, new OrderOutcome.NotSent(e.Message));
        }
    }
}
