using System.Collections.Concurrent;
using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading;

namespace TradeFlow.Platform.Tests.Trading.Rig;

/// <summary>What the broker does with the next command.</summary>
internal enum Move
{
    /// <summary>Takes it, fills it and says so.</summary>
    Fill,
    /// <summary>Takes and fills it; the answer holds the id only.</summary>
    FillSilently,
    /// <summary>Takes it; it rests.</summary>
    Rest,
    Reject,
    NotSent,
    /// <summary>The answer is lost and nothing arrived.</summary>
    LoseRequest,
    /// <summary>The answer is lost; the order arrived and was filled.</summary>
    LoseAnswer,
    Throw,
    /// <summary>Arrives, fills, and never answers.</summary>
    Hang,
}

/// <summary>A broker in memory with an independent ledger of every command that reached it.</summary>
internal sealed class ScriptedBroker : IBrokerSessions, IInstruments
{
    private readonly ConcurrentDictionary<Guid, ScriptedAccount> accounts = new();

    public ConnectorManifest Manifest { get; set; } = new()
    {
        Slug = "scripted",
        Id = "test.scripted",
        Name = "Scripted",
        Version = "1.0.0",
        Sdk = "^1.0",
        EntryAssembly = "Scripted.dll",
        Environments = [],
        Capabilities = new ConnectorCapabilities { OrderTypes = ["market", "limit", "stop"], PositionMode = "hedging",
            QuantityUnit = "lots", Stream = "poll", PartialClose = true, Brackets = true },
        ClientOrderId = new ClientOrderIdRule { Mode = "echoed" },
        Lookup = new LookupRule { ByClientOrderId = true, IncludesClosed = true, SettleSeconds = 1 },
        Connect = new ConnectForm { Fields = [] },
    };

    public Dictionary<string, Instrument> Instruments { get; } = new[]
    {
        Fx("EURUSD", 0.00001m), Fx("GBPUSD", 0.00001m), Fx("USDJPY", 0.001m),
    }.ToDictionary(instrument => instrument.Symbol);

    public ScriptedAccount Of(AccountId account) => accounts.GetOrAdd(account.Value, _ => new ScriptedAccount(this));

    /// <summary>What stands between the lanes and an account, such as the guard of a plugin's session.</summary>
    public Func<ScriptedAccount, IBrokerConnector> Front { get; set; } = account => account;

    public Task<AccountSession> GetAsync(AccountId account, CancellationToken ct)
    {
        var connector = Of(account);
        if (connector.SessionFault is { } fault) return Task.FromException<AccountSession>(fault);
        connector.Meet("session");
        return Task.FromResult(new AccountSession(account, default, connector.Front, Manifest));
    }

    public void Serve(AccountId account) { }

    public Task ReleaseAsync(AccountId account) => Task.CompletedTask;

    /// <summary>Instruments cannot be read.</summary>
    public ConnectorException? InstrumentFault { get; set; }

    public ValueTask<InstrumentLookup> FindAsync(TenantId tenant, AccountId account, string symbol, CancellationToken ct)
    {
        if (InstrumentFault is { } fault) return ValueTask.FromException<InstrumentLookup>(fault);
        Of(account).Meet("instruments");
        var found = Instruments.Values.FirstOrDefault(known => known.BrokerSymbol == symbol)
            ?? Instruments.GetValueOrDefault(Symbols.Canonical(symbol));
        return ValueTask.FromResult(new InstrumentLookup(found is null ? null : Of(account).Bent(found)));
    }

    private static Instrument Fx(string symbol, decimal tick) => new()
    {
        Symbol = symbol,
        BrokerSymbol = symbol + ".R",
        TickSize = tick,
        QuantityStep = 0.01m,
        MinQuantity = 0.01m,
        ContractSize = 100_000,
        QuoteCurrency = symbol[3..],
        QuantityUnit = QuantityUnit.Lots,
        AssetClass = "forex",
    };
}

/// <summary>One account at the scripted broker: the connector and the truth behind it.</summary>
internal sealed class ScriptedAccount(ScriptedBroker broker) : IBrokerConnector, IModifyOrders
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly Queue<Move> moves = new();
    private readonly Dictionary<string, OrderReport> orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PositionReport> positions = new(StringComparer.Ordinal);
    private int next;

    /// <summary>Client order ids of the commands that reached the broker, in their order.</summary>
    public ConcurrentQueue<string> Ledger { get; } = new();
    public ConcurrentQueue<PlaceOrder> Placed { get; } = new();
    public ConcurrentQueue<ClosePosition> Closed { get; } = new();
    public ConcurrentQueue<(DateTimeOffset Begun, DateTimeOffset Ended)> Spans { get; } = new();
    public TimeSpan Latency { get; set; }

    /// <summary>Commands wait for each other.</summary>
    public bool OneAtATime { get; set; }

    /// <summary>What the connector throws in a call, by the call's name.</summary>
    public Func<string, Exception?>? FaultIn { get; set; }

    /// <summary>How often each call was met.</summary>
    public ConcurrentDictionary<string, int> Met { get; } = new();

    /// <summary>What becomes of the outcome of a command on its way out.</summary>
    public Func<OrderOutcome, OrderOutcome?>? Twist { get; set; }
    public Func<OrderLookup, OrderLookup>? BendLookup { get; set; }
    public Func<Instrument, Instrument>? BendInstrument { get; set; }
    public Func<Quote, Quote>? BendQuote { get; set; }

    public IBrokerConnector Front => front ??= broker.Front(this);
    private IBrokerConnector? front;

    public void Meet(string call)
    {
        Met.AddOrUpdate(call, 1, (_, before) => before + 1);
        if (FaultIn?.Invoke(call) is { } fault) throw fault;
    }

    public Instrument Bent(Instrument instrument) => BendInstrument?.Invoke(instrument) ?? instrument;
    public Exception? SessionFault { get; set; }
    public Exception? ReadFault { get; set; }
    public bool ConclusiveAbsence { get; set; } = true;

    /// <summary>Positions of a symbol are one, as at a netting venue; its id is the symbol.</summary>
    public bool IsNetting { get; set; }

    /// <summary>Answers name no position, and positions no order.</summary>
    public bool IsDiscreet { get; set; }

    /// <summary>Called while the broker closes something.</summary>
    public Action? Closing { get; set; }

    /// <summary>Look-ups do not show an order yet.</summary>
    public bool HidesOrders { get; set; }
    public Func<BrokerState, BrokerState>? Bend { get; set; }
    public TaskCompletionSource? HoldSends { get; set; }

    /// <summary>What a broker with a push feed pushes, for tests that set the manifest to "push".</summary>
    public Channel<AccountUpdate>? Feed { get; set; }
    public decimal Bid { get; set; } = 1.0898m;
    public decimal Ask { get; set; } = 1.0900m;
    public int Reads => reads;
    private int reads;

    /// <summary>Those that an order waited for: of the positions alone, and whether they are for an exit.</summary>
    public ConcurrentQueue<bool> ReadsOfOrders { get; } = new();

    /// <summary>How often the stream was begun.</summary>
    public int Streams => streams;
    private int streams;
    private HeldRead? held;

    /// <summary>The next reading of the state is taken, and handed over only when told.</summary>
    public HeldRead HoldNextRead() => held = new HeldRead();

    public void Next(params Move[] script)
    {
        lock (gate)
            foreach (var move in script) moves.Enqueue(move);
    }

    /// <summary>Somebody trades at the broker by hand.</summary>
    public string OpenByHand(string symbol, Side side, decimal qty, decimal price = 1.08m)
    {
        lock (gate) return IsNetting ? Net(symbol + ".R", side, qty, price) : Open(symbol + ".R", side, qty, price, null);
    }

    public ConcurrentQueue<ModifyOrder> Changes { get; } = new();

    /// <summary>What a change of stops is answered instead of being made.</summary>
    public OrderOutcome? ChangeAnswer { get; set; }

    public Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct)
    {
        Changes.Enqueue(change);
        if (ChangeAnswer is { } answer) return Task.FromResult(answer);
        lock (gate)
        {
            var position = positions[change.BrokerPositionId!];
            positions[position.BrokerPositionId] = position with
            {
                StopLoss = change.StopLoss == 0 ? null : change.StopLoss ?? position.StopLoss,
                TakeProfit = change.TakeProfit == 0 ? null : change.TakeProfit ?? position.TakeProfit,
            };
            return Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted(position.BrokerPositionId));
        }
    }

    public void CloseByHand(string position)
    {
        lock (gate) positions.Remove(position);
    }

    public void FillWorking()
    {
        lock (gate)
            foreach (var (id, order) in orders.Where(entry => entry.Value.Status == OrderStatus.Working).ToList())
                orders[id] = order with { Status = OrderStatus.Filled, FilledQuantity = order.Quantity, AveragePrice = order.Price ?? Ask,
                    BrokerPositionId = Open(order.BrokerSymbol, order.Side, order.Quantity, order.Price ?? Ask, order.ClientOrderId) };
    }

    public IReadOnlyList<PositionReport> Positions
    {
        get
        {
            lock (gate) return [.. positions.Values];
        }
    }

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        Placed.Enqueue(order);
        Meet("place");
        return CommandAsync(order.ClientOrderId, rests => rests
            ? Report(order.ClientOrderId, order.Instrument.BrokerSymbol, order.Side,
                order.Quantity) with { Type = order.Type, Price = order.Price }
            : Stopped(order, Filled(Report(order.ClientOrderId, order.Instrument.BrokerSymbol, order.Side, order.Quantity),
                order.Price ?? (order.Side == Side.Buy ? Ask : Bid))), order.Type != OrderType.Market, ct);
    }

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct)
    {
        Meet("close");
        return ClosePositionOnceAsync(close, ct);
    }

    private Task<OrderOutcome> ClosePositionOnceAsync(ClosePosition close, CancellationToken ct) => CommandAsync(close.ClientOrderId, _ =>
    {
        Closed.Enqueue(close);
        Closing?.Invoke();
        if (!positions.TryGetValue(close.BrokerPositionId, out var position)) throw new InvalidOperationException("no such position");
        var qty = close.Quantity ?? position.Quantity;
        if (qty >= position.Quantity) positions.Remove(close.BrokerPositionId);
        else positions[close.BrokerPositionId] = position with { Quantity = position.Quantity - qty };
        var exit = position.Side == Side.Buy ? Bid : Ask;
        var gross = (exit - position.AveragePrice) * qty * 100_000 * (position.Side == Side.Buy ? 1 : -1);
        return Report(close.ClientOrderId, position.BrokerSymbol, position.Side == Side.Buy ? Side.Sell : Side.Buy, qty) with
        {
            Status = OrderStatus.Filled,
            FilledQuantity = qty,
            AveragePrice = exit,
            BrokerPositionId = close.BrokerPositionId,
            GrossPnl = gross,
            RealizedPnl = gross - 1,
        };
    }, false, ct);

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct)
    {
        Meet("cancel");
        lock (gate)
        {
            Ledger.Enqueue("cancel " + order.ClientOrderId);
            var found = orders.Values.FirstOrDefault(
                report => report.BrokerOrderId == order.BrokerOrderId || report.ClientOrderId == order.ClientOrderId);
            if (found is not { Status: OrderStatus.Working }) return Task.FromResult<OrderOutcome>(new OrderOutcome.Unknown("not found"));
            orders[found.BrokerOrderId] = found with { Status = OrderStatus.Canceled };
            return Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted(found.BrokerOrderId));
        }
    }

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct)
    {
        Meet("find");
        if (ReadFault is { } fault) throw fault;
        lock (gate)
        {
            var found = HidesOrders ? null : orders.Values.FirstOrDefault(
                report => report.ClientOrderId == order.ClientOrderId || report.BrokerOrderId == order.BrokerOrderId);
            OrderLookup lookup = found is null ? new OrderLookup.Absent(ConclusiveAbsence) : new OrderLookup.Found(found);
            return Task.FromResult(BendLookup?.Invoke(lookup) ?? lookup);
        }
    }

    public async Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct)
    {
        Interlocked.Increment(ref reads);
        if (window.PositionsOnly) ReadsOfOrders.Enqueue(window.IsForExit);
        Meet("state");
        if (ReadFault is { } fault) throw fault;
        BrokerState state;
        lock (gate)
        {
            state = new BrokerState
            {
                At = DateTimeOffset.UtcNow,
                OpenOrders = HidesOrders ? [] : [.. orders.Values.Where(order => order.Status is OrderStatus.Working)],
                Positions = [.. positions.Values.Select(position => position with
                {
                    CurrentPrice = position.Side == Side.Buy ? Bid : Ask,
                    UnrealizedPnl = ((position.Side == Side.Buy ? Bid : Ask) - position.AveragePrice) * position.Quantity * 100_000
                        * (position.Side == Side.Buy ? 1 : -1),
                    ClientOrderId = HidesOrders || IsDiscreet ? null : position.ClientOrderId,
                })],
                Account = new AccountSnapshot { Currency = "USD", Balance = 10_000, Equity = 10_000 },
            };
            state = Bend?.Invoke(state) ?? state;
        }
        if (Interlocked.Exchange(ref held, null) is { } slow) await slow.WaitAsync();
        return state;
    }

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct)
    {
        Meet("account");
        return Task.FromResult(new AccountSnapshot { Currency = "USD", Balance = 10_000 });
    }

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<Instrument>>(
            [.. broker.Instruments.Values.Where(known => query.Symbol is null || known.Symbol == query.Symbol).Select(Bent)]);

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct)
    {
        Meet("quote");
        var quote = brokerSymbol.StartsWith("USDJPY", StringComparison.Ordinal)
            ? new Quote { BrokerSymbol = brokerSymbol, Bid = 150m, Ask = 150m, At = DateTimeOffset.UtcNow }
            : new Quote { BrokerSymbol = brokerSymbol, Bid = Bid, Ask = Ask, At = DateTimeOffset.UtcNow };
        return Task.FromResult(BendQuote?.Invoke(quote) ?? quote);
    }

    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref streams);
        Meet("stream");
        return Feed is { } feed ? feed.Reader.ReadAllAsync(ct) : PollingStream.Over(this, TimeProvider.System, TimeSpan.FromSeconds(1), ct);
    }

    public ValueTask DisposeAsync()
    {
        turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<OrderOutcome> CommandAsync(string clientOrderId, Func<bool, OrderReport> execute, bool rests, CancellationToken ct)
    {
        var begun = DateTimeOffset.UtcNow;
        if (HoldSends is { } hold) await hold.Task;
        if (OneAtATime) await turn.WaitAsync(ct);
        try
        {
            if (Latency > TimeSpan.Zero) await Task.Delay(Latency, ct);
        }
        finally
        {
            if (OneAtATime) turn.Release();
        }
        Move move;
        OrderReport? report = null;
        lock (gate)
        {
            move = moves.TryDequeue(out var scripted) ? scripted : rests ? Move.Rest : Move.Fill;
            if (move is not (Move.NotSent or Move.LoseRequest or Move.Throw))
            {
                Ledger.Enqueue(clientOrderId);
                if (move != Move.Reject)
                {
                    report = execute(move == Move.Rest);
                    orders[report.BrokerOrderId] = report;
                }
            }
        }
        Spans.Enqueue((begun, DateTimeOffset.UtcNow));
        if (move == Move.Hang) await Task.Delay(Timeout.Infinite, ct);
        OrderOutcome outcome = move switch
        {
            Move.Fill or Move.Rest => new OrderOutcome.Accepted(report!.BrokerOrderId, report),
            Move.FillSilently => new OrderOutcome.Accepted(report!.BrokerOrderId),
            Move.Reject => new OrderOutcome.Rejected(RejectReason.InsufficientMargin, "M1", "Not enough margin."),
            Move.NotSent => new OrderOutcome.NotSent("The broker refused the connection."),
            Move.Throw => throw new InvalidOperationException("the connector is broken"),
            _ => new OrderOutcome.Unknown("The answer was lost."),
        };
        return Twist is { } twist ? twist(outcome)! : outcome;
    }

    private OrderReport Report(string clientOrderId, string brokerSymbol, Side side, decimal qty) => new()
    {
        BrokerOrderId = $"o{++next}",
        ClientOrderId = clientOrderId,
        BrokerSymbol = brokerSymbol,
        Side = side,
        Status = OrderStatus.Working,
        Quantity = qty,
    };

    private OrderReport Filled(OrderReport report, decimal price) => report with
    {
        Status = OrderStatus.Filled,
        FilledQuantity = report.Quantity,
        AveragePrice = price,
        BrokerPositionId = Opened(report, price),
    };

    private OrderReport Stopped(PlaceOrder order, OrderReport report)
    {
        if (report.BrokerPositionId is { } id && positions.TryGetValue(id, out var position))
            positions[id] = position with
            {
                StopLoss = order.StopLoss ?? position.StopLoss, TakeProfit = order.TakeProfit ?? position.TakeProfit
            };
        return report;
    }

    private string? Opened(OrderReport report, decimal price)
    {
        var id = IsNetting
            ? Net(report.BrokerSymbol, report.Side, report.Quantity, price)
            : Open(report.BrokerSymbol, report.Side, report.Quantity, price, report.ClientOrderId);
        return IsDiscreet ? null : id;
    }

    private static PositionReport Flat(string brokerSymbol, Side side) => new()
    {
        BrokerPositionId = brokerSymbol, BrokerSymbol = brokerSymbol, Side = side, Quantity = 0, AveragePrice = 0,
        OpenedAt = DateTimeOffset.UtcNow,
    };

    private string Net(string brokerSymbol, Side side, decimal qty, decimal price)
    {
        var held = positions.GetValueOrDefault(brokerSymbol) ?? Flat(brokerSymbol, side);
        var before = held.Side == Side.Buy ? held.Quantity : -held.Quantity;
        var now = before + (side == Side.Buy ? qty : -qty);
        if (now == 0) positions.Remove(brokerSymbol);
        else if (Math.Sign(now) != Math.Sign(before))
        {
            positions[brokerSymbol] = Flat(brokerSymbol, side) with { Quantity = Math.Abs(now), AveragePrice = price };
        }
        else if (held.Side != side) positions[brokerSymbol] = held with { Quantity = Math.Abs(now) };
        else
        {
            var cost = (held.AveragePrice * held.Quantity) + (price * qty);
            positions[brokerSymbol] = held with { Quantity = Math.Abs(now), AveragePrice = cost / Math.Abs(now) };
        }
        return brokerSymbol;
    }

    private string Open(string brokerSymbol, Side side, decimal qty, decimal price, string? clientOrderId)
    {
        var id = $"p{++next}";
        positions[id] = new PositionReport { BrokerPositionId = id, BrokerSymbol = brokerSymbol, Side = side, Quantity = qty,
            AveragePrice = price, ClientOrderId = clientOrderId, OpenedAt = DateTimeOffset.UtcNow };
        return id;
    }
}

internal sealed class HeldRead
{
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => begun.Task;

    public void Go() => go.SetResult();

    public Task WaitAsync()
    {
        begun.TrySetResult();
        return go.Task;
    }
}
