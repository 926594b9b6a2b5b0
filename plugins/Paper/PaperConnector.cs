using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Paper.Book;
using TradeFlow.Plugins.Paper.Market;
using TradeFlow.Plugins.Paper.Scripting;

namespace TradeFlow.Plugins.Paper;

/// <summary>One paper account. What happened is in the journal before it is answered.</summary>
internal sealed class PaperConnector(string id, PaperBook book, Journal journal, FillScript script, TimeProvider clock)
    : IBrokerConnector, IModifyOrders
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly OrderOutcome AnswerLost = new OrderOutcome.Unknown("The answer was lost: the account's script wants it so.");
    private readonly SemaphoreSlim gate = new(1);
    private PaperBook book = book;
    private bool mustReload;

    public string Id { get; } = id;

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => InTurnAsync(_ => Task.FromResult(Account()), ct);

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        if (query.Symbol is { } symbol)
            return Task.FromResult<IReadOnlyList<Instrument>>(Instruments.Find(symbol) is { } found ? [found.Instrument] : []);
        return Task.FromResult<IReadOnlyList<Instrument>>([.. Instruments.Listed.Select(listed => Instruments.Find(listed)?.Instrument)
            .OfType<Instrument>()]);
    }

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => InTurnAsync(
        now => Instruments.Find(brokerSymbol) is { } found
            ? Task.FromResult(new Pricing(book, now).Quote(found))
            : throw new ConnectorException(ConnectorErrorKind.NotFound, $"There is no symbol {brokerSymbol}."), ct);

    public async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        var (outcome, delay) = await InTurnAsync(now => PlaceAsync(order, now, ct), ct);
        if (delay is not { } pause) return outcome;
        try
        {
            // Out of turn: only this answer is late, the account goes on.
            await Task.Delay(pause, clock, ct);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            return new OrderOutcome.Unknown("No answer in time: the account's script delays it.");
        }
    }

    private async Task<(OrderOutcome Outcome, TimeSpan? Delay)> PlaceAsync(PlaceOrder order, DateTimeOffset now, CancellationToken ct)
    {
        if (book.FindByClientId(order.ClientOrderId) is { } known) return (new OrderOutcome.Rejected(RejectReason.DuplicateClientOrderId,
            "duplicate", $"There is an order {order.ClientOrderId} already: {known.Id}."), null);
        if (Instruments.Find(order.Instrument.BrokerSymbol) is not { } instrument) return (new OrderOutcome.Rejected(
            RejectReason.InstrumentNotTradable, "symbol", $"There is no symbol {order.Instrument.BrokerSymbol}."), null);
        if (Rules.Problem(order, instrument, new Pricing(book, now)) is { } refused) return (refused, null);
        var place = book.PlaceIn(script.Id);
        var step = script.At(place);
        // The step and the order are one write, so that a crash leaves both or neither.
        var taken = step is null ? new BookEvent { Kind = EventKind.Step, At = now }
            : new BookEvent { Kind = EventKind.Step, At = now, Script = script.Id, Place = place + 1 };
        if (step is ScriptStep.Reject or ScriptStep.Drop)
        {
            await HappenAsync(taken, ct);
            return (step is ScriptStep.Reject { Words: var words }
                ? new OrderOutcome.Rejected(RejectReason.Other, "script", words) : AnswerLost, null);
        }
        var fill = Rules.FillNow(order, instrument, new Pricing(book, now));
        var placed = taken with
        {
            Kind = EventKind.Order, OrderId = book.NextOrderId, ClientOrderId = order.ClientOrderId, Symbol = instrument.Instrument.Symbol,
            Side = order.Side, Type = order.Type, Quantity = order.Quantity, Price = order.Price, StopLoss = order.StopLoss,
            TakeProfit = order.TakeProfit, FillPrice = fill,
            Part = (step as ScriptStep.Fill)?.PartOf(order.Quantity, instrument.Instrument.QuantityStep),
        };
        await HappenAsync(placed, ct);
        await WatchAsync(now, ct);
        return (step is ScriptStep.Lose ? AnswerLost : Accepted(placed.OrderId), (step as ScriptStep.Delay)?.For);
    }

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) => InTurnAsync<OrderOutcome>(async now =>
    {
        await WatchAsync(now, ct);
        if (Find(order) is not { } found) return new OrderOutcome.Unknown("There is no such order.");
        if (!found.IsWorking) return new OrderOutcome.Rejected(RejectReason.Other, "not_working", $"The order is {found.Status} already.");
        await HappenAsync(new BookEvent { Kind = EventKind.Cancel, At = now, OrderId = found.Id }, ct);
        return Accepted(found.Id);
    }, ct);

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) => InTurnAsync<OrderOutcome>(async now =>
    {
        if (book.FindByClientId(close.ClientOrderId) is { } known) return new OrderOutcome.Rejected(RejectReason.DuplicateClientOrderId,
            "duplicate", $"There is an order {close.ClientOrderId} already: {known.Id}.");
        await WatchAsync(now, ct);
        if (book.FindPosition(close.BrokerPositionId) is not { } position)
            return new OrderOutcome.Rejected(RejectReason.PositionNotFound, "position", "There is no such open position.");
        var quantity = close.Quantity ?? position.Quantity;
        if (quantity <= 0m || quantity > position.Quantity) return new OrderOutcome.Rejected(RejectReason.InvalidQuantity, "quantity",
            $"The position has {position.Quantity}; {quantity} cannot be closed.");
        var price = close.ReferencePrice ?? new Pricing(book, now).Exit(InstrumentOf(position.Symbol), position.Side);
        var closing = Closing(position, quantity, price, now) with { ClientOrderId = close.ClientOrderId };
        await HappenAsync(closing, ct);
        await WatchAsync(now, ct);
        return Accepted(closing.OrderId);
    }, ct);

    public Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct) => InTurnAsync<OrderOutcome>(async now =>
    {
        await WatchAsync(now, ct);
        var modified = new BookEvent { Kind = EventKind.Modify, At = now, Price = change.Price, Quantity = change.Quantity,
            StopLoss = change.StopLoss, TakeProfit = change.TakeProfit };
        if (change.BrokerPositionId is { } positionId)
        {
            if (book.FindPosition(positionId) is not { } position)
                return new OrderOutcome.Rejected(RejectReason.PositionNotFound, "position", "There is no such open position.");
            if (Rules.StopProblem(position.Side, new Pricing(book, now).Exit(InstrumentOf(position.Symbol), position.Side), change.StopLoss,
                change.TakeProfit) is { } wrong)
                return wrong;
            await HappenAsync(modified with { PositionId = positionId, Price = null, Quantity = null }, ct);
            return new OrderOutcome.Accepted(positionId);
        }
        if (Find(change.Order) is not { IsWorking: true } order)
            return new OrderOutcome.Rejected(RejectReason.Other, "not_working", "There is no such working order.");
        if (order.Filled > 0m && change.Quantity <= order.Filled)
            return new OrderOutcome.Rejected(RejectReason.InvalidQuantity, "quantity", $"{order.Filled} of the order is filled already.");
        if (Rules.StopProblem(order.Side, change.Price ?? order.Price ?? 0m, change.StopLoss, change.TakeProfit) is { } off) return off;
        await HappenAsync(modified with { OrderId = order.Id }, ct);
        return Accepted(order.Id);
    }, ct);

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) => InTurnAsync<OrderLookup>(async now =>
    {
        await RefreshAsync(ct);
        await WatchAsync(now, ct);
        return Find(order) is { } found ? new OrderLookup.Found(found.Report()) : new OrderLookup.Absent(
            Conclusive: order.SentAt is not { } sent || sent >= book.HistoryFrom);
    }, ct);

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => InTurnAsync(async now =>
    {
        await RefreshAsync(ct);
        await WatchAsync(now, ct);
        var since = window.Since ?? new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var pricing = new Pricing(book, now);
        return new BrokerState
        {
            At = now,
            OpenOrders = [.. book.Working.Select(order => order.Report())],
            Positions = [.. book.Positions.Select(position => Report(position, pricing))],
            Fills = [.. book.Orders.SelectMany(order => order.FillReports()).Where(fill => fill.At >= since)],
            Account = Account(now),
        };
    }, ct);

    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => PollingStream.Over(this, clock, BetweenLooks, ct);

    public ValueTask DisposeAsync()
    {
        gate.Dispose();
        return ValueTask.CompletedTask;
    }

    // Fills of working orders, stops and targets that the price has reached. One reached price may reach the next, so until nothing
    // happens.
    private async Task WatchAsync(DateTimeOffset now, CancellationToken ct)
    {
        while (Next(now) is { } reached) await HappenAsync(reached, ct);
    }

    private BookEvent? Next(DateTimeOffset now)
    {
        var pricing = new Pricing(book, now);
        foreach (var position in book.Positions)
        {
            if (position.StopLoss is null && position.TakeProfit is null) continue;
            if (Rules.ReachedStop(position, pricing.Exit(InstrumentOf(position.Symbol), position.Side)) is { } price)
                return Closing(position, position.Quantity, price, now) with { Protection = true };
        }
        foreach (var order in book.Working)
        {
            // The rest of a part waits for the next look, so that the part can be seen.
            if (now - order.LastFillAt < BetweenLooks) continue;
            if (Rules.Reached(order.Type, order.Side, order.Price, pricing.Entry(InstrumentOf(order.Symbol), order.Side)) is { } price)
                return new BookEvent { Kind = EventKind.Fill, At = now, OrderId = order.Id, FillPrice = price };
        }
        return null;
    }

    private BookEvent Closing(PaperPosition position, decimal quantity, decimal price, DateTimeOffset now) => new()
    {
        Kind = EventKind.Close, At = now, OrderId = book.NextOrderId, PositionId = position.Id, Quantity = quantity, FillPrice = price,
        Pnl = new Pricing(book, now).Profit(InstrumentOf(position.Symbol), position.Side, position.AveragePrice, price, quantity),
    };

    private async Task HappenAsync(BookEvent what, CancellationToken ct)
    {
        // From here on it counts: a caller who no longer waits does not undo it.
        ct.ThrowIfCancellationRequested();
        // Whether a write that failed is there or not is seen by reading again.
        mustReload = true;
        await journal.AppendAsync(what, CancellationToken.None);
        book.Apply(what);
        mustReload = false;
    }

    private async Task RefreshAsync(CancellationToken ct)
    {
        if (await journal.HasMovedAsync(ct)) book = await journal.LoadAsync(clock.GetUtcNow(), ct);
    }

    private async Task<T> InTurnAsync<T>(Func<DateTimeOffset, Task<T>> work, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (mustReload) book = await journal.LoadAsync(clock.GetUtcNow(), ct);
            mustReload = false;
            return await work(clock.GetUtcNow());
        }
        finally
        {
            gate.Release();
        }
    }

    private AccountSnapshot Account() => Account(clock.GetUtcNow());

    private AccountSnapshot Account(DateTimeOffset now)
    {
        var pricing = new Pricing(book, now);
        var equity = book.Balance + book.Positions.Sum(position => Open(position, pricing));
        return new AccountSnapshot { Currency = PaperFactory.Currency, Balance = book.Balance, Equity = equity, FreeMargin = equity };
    }

    private static decimal Open(PaperPosition position, Pricing pricing)
    {
        var instrument = InstrumentOf(position.Symbol);
        return pricing.Profit(instrument, position.Side, position.AveragePrice, pricing.Exit(instrument, position.Side), position.Quantity);
    }

    private static PositionReport Report(PaperPosition position, Pricing pricing) => new()
    {
        BrokerPositionId = position.Id, BrokerSymbol = position.Symbol, Side = position.Side, Quantity = position.Quantity,
        AveragePrice = position.AveragePrice, CurrentPrice = pricing.Exit(InstrumentOf(position.Symbol), position.Side),
        UnrealizedPnl = Open(position, pricing), StopLoss = position.StopLoss, TakeProfit = position.TakeProfit,
        OpenedAt = position.OpenedAt, ClientOrderId = position.ClientOrderId,
    };

    private PaperOrder? Find(OrderKey key) =>
        (key.BrokerOrderId is { } known ? book.FindOrder(known) : null) ?? book.FindByClientId(key.ClientOrderId);

    private OrderOutcome.Accepted Accepted(string? orderId) =>
        orderId is not null && book.FindOrder(orderId) is { } order ? new OrderOutcome.Accepted(order.Id,
            order.Report()) : throw new InvalidOperationException("An order that was just written is not in the book.");

    private static PaperInstrument InstrumentOf(string symbol) =>
        Instruments.Find(symbol) ?? throw new InvalidDataException($"The book has a symbol {symbol} that has no form that is known.");
}
