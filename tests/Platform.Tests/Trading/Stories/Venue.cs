using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading.Stories;

/// <summary>A command as it came to the connector.</summary>
internal sealed record Call(string ClientOrderId, string Kind, Reply Reply, long Begun)
{
    public long Ended { get; set; } = long.MaxValue;
}

/// <summary>
/// One account at a broker, and its ledger: what it was asked for, what it did, what it filled. It answers as the story says, shows an
/// order to look-ups a little after it came, and tells its feed everything twice and in an order of its own.
/// </summary>
internal sealed class Venue(ScriptedAccount scripted) : IBrokerConnector
{
    private static readonly TimeSpan Shown = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan After = TimeSpan.FromMilliseconds(350);
    private readonly Lock gate = new();
    private readonly Dictionary<string, (OrderReport Report, DateTimeOffset ShownAt)> orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PositionReport> positions = new(StringComparer.Ordinal);
    private readonly List<FillReport> fills = [];
    private readonly List<AccountUpdate> told = [];
    private readonly List<Channel<AccountUpdate>> feeds = [];
    private int next;
    private int faults;
    private long clock;

    /// <summary>What becomes of the first attempt, by client order id; all else is filled.</summary>
    public ConcurrentDictionary<string, Reply> Replies { get; } = new();

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>No look-up shows an order, and no position says which one it is of.</summary>
    public volatile bool Hides;

    public IReadOnlyList<FillReport> Fills
    {
        get
        {
            lock (gate) return [.. fills];
        }
    }

    public IReadOnlyList<PositionReport> Positions
    {
        get
        {
            lock (gate) return [.. positions.Values];
        }
    }

    /// <summary>What it executed of an order, by client order id.</summary>
    public decimal FilledOf(string clientOrderId)
    {
        lock (gate)
            return orders.Values.Where(order => order.Report.ClientOrderId == clientOrderId).Sum(order => order.Report.FilledQuantity);
    }

    public void FailReads(int times) => Interlocked.Add(ref faults, times);

    public void TellAgain()
    {
        lock (gate)
            foreach (var update in told.AsEnumerable().Reverse().Take(12)) Push(update);
    }

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        CommandAsync(order.ClientOrderId, "place", order.Instrument.BrokerSymbol, order.Side, order.Quantity, null, ct);

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct)
    {
        decimal open;
        lock (gate) open = positions.TryGetValue(close.BrokerPositionId, out var known) ? known.Quantity : 0;
        var side = close.PositionSide == Side.Buy ? Side.Sell : Side.Buy;
        return CommandAsync(close.ClientOrderId, "close", close.Instrument.BrokerSymbol, side, close.Quantity ?? open,
            close.BrokerPositionId, ct);
    }

    private async Task<OrderOutcome> CommandAsync(
        string id, string kind, string symbol, Side side, decimal qty, string? position, CancellationToken ct)
    {
        Replies.TryRemove(id, out var reply);
        var call = new Call(id, kind, reply, Interlocked.Increment(ref clock));
        Calls.Enqueue(call);
        try
        {
            // Somewhere else, as an answer from the network comes.
            await Task.Delay(2, CancellationToken.None);
            switch (reply)
            {
                case Reply.Reject:
                    return new OrderOutcome.Rejected(RejectReason.InsufficientMargin, "M1", "Not enough margin.");
                case Reply.NotSent:
                    return new OrderOutcome.NotSent("The broker refused the connection.");
                case Reply.LoseRequest:
                    return new OrderOutcome.Unknown("The answer was lost.");
                case Reply.Throw:
                    throw new InvalidOperationException("the connector is broken");
                case Reply.Late:
                    _ = LaterAsync(() => Execute(id, symbol, side, qty, qty, position));
                    return new OrderOutcome.Unknown("The answer was lost.");
                case Reply.FillInParts when position is null:
                    var taken = Execute(id, symbol, side, qty, 0, position);
                    _ = LaterAsync(() => Execute(id, symbol, side, qty, qty / 2, position),
                        () => Execute(id, symbol, side, qty, qty / 2, position));
                    return new OrderOutcome.Accepted(taken.BrokerOrderId, taken);
            }
            var report = Execute(id, symbol, side, qty, qty, position);
            if (report.Status == OrderStatus.Rejected)
                return new OrderOutcome.Rejected(RejectReason.PositionNotFound, "P1", "There is no such position.");
            switch (reply)
            {
                case Reply.Hold:
                    await Task.Delay(1500, CancellationToken.None);
                    break;
                case Reply.ThrowAfter:
                    throw new InvalidOperationException("the connector is broken");
                case Reply.LoseAnswer:
                    return new OrderOutcome.Unknown("The answer was lost.");
                case Reply.FillSilently:
                    return new OrderOutcome.Accepted(report.BrokerOrderId);
            }
            return new OrderOutcome.Accepted(report.BrokerOrderId, report);
        }
        finally
        {
            call.Ended = Interlocked.Increment(ref clock);
        }
    }

    private static async Task LaterAsync(params Func<OrderReport>[] steps)
    {
        foreach (var step in steps)
        {
            await Task.Delay(After);
            step();
        }
    }

    // The broker does what it is told each time it is told: it knows no duplicates. Parts of one order are one order.
    private OrderReport Execute(string id, string symbol, Side side, decimal qty, decimal part, string? position)
    {
        lock (gate)
        {
            var known = orders.Values.FirstOrDefault(order => order.Report.ClientOrderId == id
                && order.Report.Status is OrderStatus.Working or OrderStatus.PartiallyFilled).Report;
            var report = known ?? new OrderReport
            {
                BrokerOrderId = $"o{++next}", ClientOrderId = id, BrokerSymbol = symbol, Side = side, Status = OrderStatus.Working,
                Quantity = qty, BrokerPositionId = position,
            };
            if (position is not null && (positions.GetValueOrDefault(position)?.Quantity ?? 0) < part)
            {
                report = report with { Status = OrderStatus.Rejected, RejectText = "There is no such position." };
            }
            else if (part > 0)
            {
                var held = position ?? report.BrokerPositionId ?? $"p{++next}";
                var filled = report.FilledQuantity + part;
                decimal? pnl = position is null ? null : 5;
                report = report with
                {
                    FilledQuantity = filled, Status = filled >= qty ? OrderStatus.Filled : OrderStatus.PartiallyFilled,
                    AveragePrice = 1.09m, BrokerPositionId = held, RealizedPnl = pnl, GrossPnl = pnl,
                };
                var fill = new FillReport
                {
                    BrokerFillId = $"f{++next}", BrokerOrderId = report.BrokerOrderId, BrokerPositionId = held, BrokerSymbol = symbol,
                    Side = side, Quantity = part, Price = 1.09m, Fees = 0, RealizedPnl = pnl, At = DateTimeOffset.UtcNow,
                };
                fills.Add(fill);
                var change = Change(held, symbol, side, part, position is null ? id : null);
                Tell(new AccountUpdate.Fill(fill));
                Tell(change);
            }
            orders[report.BrokerOrderId] = (report, DateTimeOffset.UtcNow + Shown);
            Tell(new AccountUpdate.Order(report));
            return report;
        }
    }

    private AccountUpdate.Position Change(string id, string symbol, Side side, decimal qty, string? entry)
    {
        var before = positions.GetValueOrDefault(id);
        var now = entry is null ? (before?.Quantity ?? 0) - qty : (before?.Quantity ?? 0) + qty;
        var report = before ?? new PositionReport
        {
            BrokerPositionId = id, BrokerSymbol = symbol, Side = side, Quantity = 0, AveragePrice = 1.09m, ClientOrderId = entry,
            OpenedAt = DateTimeOffset.UtcNow,
        };
        report = report with { Quantity = now, CurrentPrice = 1.09m, UnrealizedPnl = 0 };
        if (now <= 0) positions.Remove(id);
        else positions[id] = report;
        return new AccountUpdate.Position(report with { Quantity = Math.Max(now, 0) }, now <= 0);
    }

    // Twice, and the second time after what came next.
    private void Tell(AccountUpdate update)
    {
        if (told.Count > 0) Push(told[^1]);
        told.Add(update);
        Push(update);
    }

    private void Push(AccountUpdate update)
    {
        foreach (var feed in feeds) feed.Writer.TryWrite(Discreet(update));
    }

    private AccountUpdate Discreet(AccountUpdate update) => !Hides ? update : update switch
    {
        AccountUpdate.Position position => new AccountUpdate.Position(position.Report with { ClientOrderId = null }, position.Closed),
        AccountUpdate.Order => new AccountUpdate.Heartbeat(DateTimeOffset.UtcNow),
        _ => update,
    };

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct)
    {
        ThrowWhereDue();
        lock (gate)
        {
            if (Hides) return Task.FromResult<OrderLookup>(new OrderLookup.Absent(false));
            var found = orders.Values.FirstOrDefault(
                known => known.Report.ClientOrderId == order.ClientOrderId || known.Report.BrokerOrderId == order.BrokerOrderId);
            return Task.FromResult<OrderLookup>(
                found.Report is null || found.ShownAt > DateTimeOffset.UtcNow
                    ? new OrderLookup.Absent(true) : new OrderLookup.Found(found.Report));
        }
    }

    public async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct)
    {
        ThrowWhereDue();
        BrokerState state;
        lock (gate)
        {
            state = new BrokerState
            {
                At = DateTimeOffset.UtcNow,
                OpenOrders = Hides ? [] : [.. orders.Values.Select(order => order.Report)
                    .Where(order => order.Status is OrderStatus.Working or OrderStatus.PartiallyFilled)],
                Positions = [.. positions.Values.Select(position => Hides ? position with { ClientOrderId = null } : position)],
                Fills = [.. fills],
                Account = new AccountSnapshot { Currency = "USD", Balance = 10_000, Equity = 10_000 },
            };
        }
        // What was read grows old on its way.
        await Task.Delay(Random.Shared.Next(0, 8), ct);
        return state;
    }

    public async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        ThrowWhereDue();
        var feed = Channel.CreateUnbounded<AccountUpdate>();
        lock (gate) feeds.Add(feed);
        try
        {
            yield return new AccountUpdate.Snapshot(await GetStateAsync(new StateWindow(), ct));
            await foreach (var update in feed.Reader.ReadAllAsync(ct)) yield return update;
        }
        finally
        {
            lock (gate) feeds.Remove(feed);
        }
    }

    private void ThrowWhereDue()
    {
        if (Volatile.Read(ref faults) > 0 && Interlocked.Decrement(ref faults) >= 0)
            throw new ConnectorException("The broker does not answer.");
    }

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => scripted.GetAccountAsync(ct);

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        scripted.FindInstrumentsAsync(query, ct);

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => scripted.GetQuoteAsync(brokerSymbol, ct);

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Unknown("not found"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
