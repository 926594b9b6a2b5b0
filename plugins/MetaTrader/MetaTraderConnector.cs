using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>One account behind a terminal. It reads the terminal's newest report, and writes commands that the terminal fetches.</summary>
internal sealed class MetaTraderConnector(IAgentChannel agent, IConnectorState state, TimeProvider clock) : IBrokerConnector, IModifyOrders
{
    // Below the ten seconds that the host waits, so that a command that nobody has fetched can be taken back in time.
    private static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuoteLives = TimeSpan.FromSeconds(30);
    private readonly Identity identity = new(agent);
    private readonly Tickets tickets = new(state);

    public async Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => Reports.Account(await FreshAsync(ct));

    public async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Instruments.Find(await FreshAsync(ct), query.Symbol);
    }

    public async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct)
    {
        var report = await FreshAsync(ct);
        var symbol = report.Symbols.FirstOrDefault(listed => listed.Symbol == brokerSymbol)
            ?? report.Symbols.FirstOrDefault(listed => string.Equals(listed.Symbol, brokerSymbol, StringComparison.OrdinalIgnoreCase));
        // A symbol that was taken out of Market Watch keeps its rules here, and its price grows old.
        return symbol is { Bid: { } bid, Ask: { } ask } && report.ReceivedAt - symbol.SeenAt < QuoteLives
            ? new Quote { BrokerSymbol = symbol.Symbol, Bid = bid, Ask = ask, At = symbol.SeenAt }
            : throw new ConnectorException(ConnectorErrorKind.NotFound,
                $"The terminal has no price of {brokerSymbol}: put it into Market Watch.");
    }

    public async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Type is OrderType.Limit or OrderType.Stop && order.Price is not > 0)
            return new OrderOutcome.Rejected(RejectReason.InvalidPrice, "", "A limit or stop order needs a price.");
        if (order.Quantity <= 0 || order.Quantity % order.Instrument.QuantityStep != 0)
            return new OrderOutcome.Rejected(RejectReason.InvalidQuantity, "",
                $"The volume {order.Quantity} is no multiple of {order.Instrument.QuantityStep}.");
        if (await SilenceAsync(ct) is { } silent) return silent;
        return await CommandAsync(new AgentCommand
        {
            Id = order.ClientOrderId, Verb = "open", Symbol = order.Instrument.BrokerSymbol, Side = order.Side, Type = order.Type,
            Quantity = order.Quantity, Price = order.Price, StopLoss = order.StopLoss, TakeProfit = order.TakeProfit,
            Magic = Identity.MagicOf(order.ClientOrderId), Comment = order.ClientOrderId, ValidFor = ValidFor,
        }, ct);
    }

    public async Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(close);
        AgentReport report;
        try
        {
            // What became of an earlier attempt under this id is asked first: a position that is gone may have been closed by it.
            if (await agent.FindAsync(close.ClientOrderId, ct) is { Result: { } told } before) return OutcomeOf(before.Command, told);
            report = await FreshAsync(ct);
            await tickets.LearnAsync(report, ct);
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        if (report.Positions.FirstOrDefault(open => tickets.IdOf(open) == close.BrokerPositionId) is not { } position)
            return new OrderOutcome.Rejected(RejectReason.PositionNotFound, "",
                $"The terminal shows no open position {close.BrokerPositionId}.");
        return await CommandAsync(new AgentCommand
        {
            Id = close.ClientOrderId, Verb = "close", Symbol = position.Symbol, Side = position.Side, Type = OrderType.Market,
            Quantity = close.Quantity ?? position.Quantity, Ticket = position.Ticket, Magic = position.Magic, ValidFor = ValidFor,
        }, ct);
    }

    public async Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (await SilenceAsync(ct) is { } silent) return silent;
        var ticket = order.BrokerOrderId ?? await TicketOfAsync(order, ct);
        if (ticket is null) return new OrderOutcome.Unknown("The terminal's ticket of the order is not known.");
        var (isCanceled, id) = await CancelsOfAsync(order.ClientOrderId, ct);
        if (isCanceled) return new OrderOutcome.Accepted(ticket);
        var command =
            new AgentCommand { Id = id, Verb = "cancel", Symbol = order.BrokerSymbol ?? "", Ticket = ticket, ValidFor = ValidFor };
        var outcome = await CommandAsync(command, ct);
        // "No such order" is no answer to a cancel: it may have been filled.
        return outcome is OrderOutcome.Rejected ? await AfterRefusedCancelAsync(order, outcome, ct) : outcome;
    }

    public async Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        AgentReport report;
        try
        {
            report = await FreshAsync(ct);
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        var command = new AgentCommand { Id = FreshId("md"), Verb = "modify", StopLoss = change.StopLoss, TakeProfit = change.TakeProfit,
            Price = change.Price, ValidFor = ValidFor };
        if (change.BrokerPositionId is { } positionId)
        {
            if (report.Positions.FirstOrDefault(open => tickets.IdOf(open) == positionId) is not { } position)
                return new OrderOutcome.Rejected(RejectReason.PositionNotFound, "", $"The terminal shows no open position {positionId}.");
            // Zero removes a stop there and here; what is not named stays as the terminal last had it.
            return await CommandAsync(command with
            {
                Symbol = position.Symbol, Side = position.Side, Ticket = position.Ticket, Quantity = position.Quantity, Price = null,
                StopLoss = change.StopLoss ?? position.StopLoss, TakeProfit = change.TakeProfit ?? position.TakeProfit,
            }, ct);
        }
        if (change.Quantity is not null) return new OrderOutcome.Rejected(RejectReason.Other, "",
            "MetaTrader does not change the volume of a working order: cancel it and place another.");
        if (report.Orders is null)
            return new OrderOutcome.Rejected(RejectReason.Other, "", "This terminal does not report its working orders.");
        if (FindOrder(report, change.Order) is not { } order)
            return new OrderOutcome.Unknown("The terminal does not show the order: it may have been filled.");
        return await CommandAsync(command with
        {
            Symbol = order.Symbol, Side = order.Side, Type = order.Type, Ticket = order.Ticket, Quantity = order.Quantity,
            Price = change.Price ?? order.Price, StopLoss = change.StopLoss ?? order.StopLoss,
            TakeProfit = change.TakeProfit ?? order.TakeProfit,
        }, ct);
    }

    public async Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        var record = await agent.FindAsync(order.ClientOrderId, ct);
        var told = record?.Result is { } result ? Reports.Of(record.Command, result) : null;
        // What the terminal has said of a command is a fact, however long ago. Only where a working order stands now needs a look.
        if (told is { Status: not OrderStatus.Working }) return new OrderLookup.Found(told);
        var report = await FreshAsync(ct);
        var command = record?.Command;
        if (command is null or { Verb: "open" })
        {
            if (report.Positions.FirstOrDefault(position => Identity.Matches(order.ClientOrderId, position.Magic, position.Comment))
                is { } position)
                return new OrderLookup.Found(
                    Reports.Filled(position, order.ClientOrderId, command?.Quantity, command?.Type ?? OrderType.Market));
            if (FindOrder(report, order) is { } working) return new OrderLookup.Found(Reports.Working(working, order.ClientOrderId));
        }
        if (told is not null && record is not null)
        {
            if ((await CancelsOfAsync(order.ClientOrderId, ct)).IsCanceled)
                return new OrderLookup.Found(told with { Status = OrderStatus.Canceled });
            // A pending order that has left the list without becoming a position that is open was cancelled in the terminal, or filled and
            // closed since.
            var vanished = report.Orders is not null && report.ReceivedAt > record.CreatedAt + BetweenReads + BetweenReads;
            return vanished
                ? new OrderLookup.Absent(Conclusive: told.Type is OrderType.Limit or OrderType.Stop) : new OrderLookup.Found(told);
        }
        // Never queued, never fetched, or fetched by an instance that has reported since without having run it.
        return new OrderLookup.Absent(Conclusive: record is null || (record.IsProvenNotRun && record.Result is null));
    }

    public async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct)
    {
        var report = await FreshAsync(ct);
        await identity.LearnAsync(report, ct);
        await tickets.LearnAsync(report, ct);
        return new BrokerState
        {
            At = report.ReceivedAt,
            OpenOrders = [.. (report.Orders ?? []).Select(order => Reports.Working(order, identity.Of(order.Magic, order.Comment)))],
            Positions = [.. report.Positions.Select(
                position => Reports.Position(position, tickets.IdOf(position), identity.Of(position.Magic, position.Comment)))],
            Account = Reports.Account(report),
        };
    }

    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => PollingStream.Over(this, clock, BetweenReads, ct);

    public ValueTask DisposeAsync()
    {
        tickets.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<OrderOutcome> CommandAsync(AgentCommand command, CancellationToken ct) => await agent.SendAsync(command, ct) switch
    {
        AgentAnswer.Answered { Result: var result } => OutcomeOf(command, result),
        AgentAnswer.NotDelivered unseen => new OrderOutcome.NotSent(unseen.Why),
        AgentAnswer.Silent silent => new OrderOutcome.Unknown(silent.Cause),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static OrderOutcome OutcomeOf(AgentCommand command, AgentResult result)
    {
        var ticket = result.Ticket.Length > 0 ? result.Ticket : null;
        if (Reports.Of(command, result) is not { } report)
            return new OrderOutcome.Unknown(
                result.Message.Length > 0 ? result.Message : $"The terminal does not know what became of it (code {result.Code}).", ticket);
        if (report.Status == OrderStatus.Rejected) return Retcodes.Rejection(result);
        return command.Verb is "open" or "close"
            ? new OrderOutcome.Accepted(report.BrokerOrderId, report) : new OrderOutcome.Accepted(command.Ticket);
    }

    private async Task<OrderOutcome> AfterRefusedCancelAsync(OrderKey key, OrderOutcome refused, CancellationToken ct) =>
        await FindOrderAsync(key, ct) switch
        {
            OrderLookup.Found { Report.Status: OrderStatus.Working or OrderStatus.Filled or OrderStatus.PartiallyFilled } => refused,
            _ => new OrderOutcome.Unknown("The terminal does not show the order any more: it may have been filled."),
        };

    private async Task<string?> TicketOfAsync(OrderKey key, CancellationToken ct) =>
        (await agent.FindAsync(key.ClientOrderId, ct))?.Result is { Ticket.Length: > 0 } result
            ? result.Ticket : FindOrder(await FreshAsync(ct), key)?.Ticket;

    /// <summary>
    /// Whether a cancel of the order was done, and the id of the next attempt: an attempt that was refused is not asked again under its id.
    /// </summary>
    private async Task<(bool IsCanceled, string NextId)> CancelsOfAsync(string clientOrderId, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cx-{clientOrderId}-{attempt}");
            if (await agent.FindAsync(id, ct) is not { } record || (record.Result is null && record.IsProvenNotRun)) return (false, id);
            if (record.Result is { Status: "done" }) return (true, id);
            if (record.Result is null) return (false, id);
        }
    }

    private static AgentOrder? FindOrder(AgentReport report, OrderKey key) => report.Orders?.FirstOrDefault(order =>
        (key.BrokerOrderId is { } ticket && order.Ticket == ticket) || Identity.Matches(key.ClientOrderId, order.Magic, order.Comment));

    private string FreshId(string kind) => $"{kind}-{Guid.CreateVersion7(clock.GetUtcNow()):N}";

    /// <summary>The newest report, if it still says something of now.</summary>
    private async Task<AgentReport> FreshAsync(CancellationToken ct)
    {
        var report = await agent.LatestAsync(ct)
            ?? throw new ConnectorException(ConnectorErrorKind.Unreachable, "The account's terminal has not reported yet.");
        return report.IsFresh ? report : throw new ConnectorException(ConnectorErrorKind.Unreachable,
            $"The account's terminal has not reported since {report.ReceivedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
    }

    // Nothing is queued for a terminal that is not there: it would be proven unsent only when it expires.
    private async Task<OrderOutcome.NotSent?> SilenceAsync(CancellationToken ct)
    {
        try
        {
            await FreshAsync(ct);
            return null;
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
    }
}
