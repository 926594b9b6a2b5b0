using System.Collections;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Opening;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>What a plugin may answer at all: nonsense stops at the guard and is named, and nothing that makes sense does.</summary>
public sealed class BorderTests
{
    private const string Nul = "a\u0000b", HalfPair = "a\ud83d", Bell = "a\u0007b";
    private static readonly OrderKey Key = new() { ClientOrderId = "tf1" };

    private static readonly PositionReport Position = new()
    {
        BrokerPositionId = "p1", BrokerSymbol = "EURUSD.R", Side = Side.Buy, Quantity = 1, AveragePrice = 1.1m,
    };

    private static readonly OrderReport Order = new()
    {
        BrokerOrderId = "o1", BrokerSymbol = "EURUSD.R", Side = Side.Buy, Status = OrderStatus.Working, Quantity = 1,
    };

    private static readonly FillReport Fill = new()
    {
        BrokerFillId = "f1", BrokerOrderId = "o1", BrokerSymbol = "EURUSD.R", Side = Side.Sell, Quantity = 1, Price = 1.1m,
        At = DateTimeOffset.UtcNow,
    };

    private static readonly Dictionary<string, Func<Instrument, Instrument>> OddInstruments = new()
    {
        ["a tick size of 0"] = it => it with { TickSize = 0 },
        ["a tick size of -1"] = it => it with { TickSize = -1 },
        ["a tick value of 0"] = it => it with { TickValue = 0 },
        ["a quantity step of 0"] = it => it with { QuantityStep = 0 },
        ["a smallest quantity of 0"] = it => it with { MinQuantity = 0 },
        ["a largest quantity of 0.001"] = it => it with { MaxQuantity = 0.001m },
        ["a contract size of 0"] = it => it with { ContractSize = 0 },
        ["a contract size of 79228162514264337593543950335"] = it => it with { ContractSize = decimal.MaxValue },
        ["no proper quote currency"] = it => it with { QuoteCurrency = Nul },
        ["no proper asset class"] = it => it with { AssetClass = null! },
        ["an instrument has no proper symbol"] = it => it with { Symbol = HalfPair },
    };

    private static readonly Dictionary<string, Func<PositionReport, PositionReport>> OddPositions = new()
    {
        ["p1 has a quantity of 0"] = it => it with { Quantity = 0 },
        ["p1 has a quantity of -1"] = it => it with { Quantity = -1 },
        ["p1 is neither long nor short"] = it => it with { Side = Side.Unknown },
        ["the id of a position is empty"] = it => it with { BrokerPositionId = null! },
        ["the id of a position is no plain text"] = it => it with { BrokerPositionId = Bell },
        ["the symbol of position p1 is empty"] = it => it with { BrokerSymbol = " " },
        ["the symbol of position p1 is no plain text"] = it => it with { BrokerSymbol = new string('x', 101) },
        ["the average price of position p1 is 79228162514264337593543950335"] = it => it with { AveragePrice = decimal.MaxValue },
        ["the profit of position p1 is 1000000000000"] = it => it with { UnrealizedPnl = 1e12m },
    };

    private static readonly Dictionary<string, Func<OrderReport, OrderReport>> OddOrders = new()
    {
        ["o1 has a quantity of 0"] = it => it with { Quantity = 0 },
        ["o1 has a quantity of -2"] = it => it with { Quantity = -2, Status = OrderStatus.Canceled },
        ["o1 has a filled quantity of -1"] = it => it with { FilledQuantity = -1 },
        ["the id of an order is no plain text"] = it => it with { BrokerOrderId = Nul },
        ["the position of order o1 is no plain text"] = it => it with { BrokerPositionId = HalfPair },
        ["the average price of order o1 is -1000000000000"] = it => it with { AveragePrice = -1e12m },
    };

    private static readonly Dictionary<string, Func<FillReport, FillReport>> OddFills = new()
    {
        ["f1 has a quantity of 0"] = it => it with { Quantity = 0 },
        ["f1 is neither a buy nor a sell"] = it => it with { Side = (Side)7 },
        ["the order of fill f1 is empty"] = it => it with { BrokerOrderId = "" },
        ["fill f1 is of 0001-01-01"] = it => it with { At = default },
        ["the fees of fill f1 is 1000000000000"] = it => it with { Fees = 1e12m },
    };

    private static readonly Dictionary<string, OrderOutcome?> OddOutcomes = new()
    {
        ["no outcome at all"] = null,
        ["a refusal without the broker's words"] = new OrderOutcome.Rejected(RejectReason.Other, "", ""),
        ["a refusal without the broker's words, or"] = new OrderOutcome.Rejected(RejectReason.Other, "", null!),
        ["with words that are no text"] = new OrderOutcome.Rejected(RejectReason.Other, "1", Nul),
        ["or with words that are no text"] = new OrderOutcome.Rejected(RejectReason.Other, HalfPair, "no"),
        ["\"not sent\" without a proof"] = new OrderOutcome.NotSent(""),
        ["\"not sent\" without a proof in words"] = new OrderOutcome.NotSent(HalfPair),
        ["an order id that is no plain text"] = new OrderOutcome.Accepted(Nul),
        ["an order id that is no plain"] = new OrderOutcome.Accepted(new string('9', 201)),
    };

    public static TheoryData<string> Instruments => [.. OddInstruments.Keys];
    public static TheoryData<string> Positions => [.. OddPositions.Keys];
    public static TheoryData<string> Orders => [.. OddOrders.Keys];
    public static TheoryData<string> Fills => [.. OddFills.Keys];
    public static TheoryData<string> Outcomes => [.. OddOutcomes.Keys];

    [Theory]
    [MemberData(nameof(Instruments))]
    public async Task An_instrument_that_nothing_can_be_reckoned_with_is_a_fault_of_the_protocol(string odd)
    {
        var inner = new AnsweringConnector { Instruments = _ => Listed(OddInstruments[odd](AnsweringConnector.Sound)) };

        await NamesAsync(inner, odd, session => session.FindInstrumentsAsync(new InstrumentQuery { Symbol = "EURUSD" }, default));
    }

    [Fact]
    public async Task One_odd_instrument_does_not_hide_the_others_of_the_whole_list()
    {
        var odd = OddInstruments.Values.Select(bend => bend(AnsweringConnector.Sound));
        var inner = new AnsweringConnector { Instruments = _ => Listed([.. odd, AnsweringConnector.Sound]) };

        (await Guards.Around(inner).FindInstrumentsAsync(new InstrumentQuery(), default))
            .ShouldHaveSingleItem().BrokerSymbol.ShouldBe("EURUSD.R");
    }

    [Theory]
    [MemberData(nameof(Positions))]
    public async Task A_position_that_cannot_be_is_named_in_a_reading_and_in_the_stream(string odd)
    {
        var position = OddPositions[odd](Position);

        await NamesAsync(Answers(position), odd, session => session.GetStateAsync(new StateWindow(), default));
        // In the stream a quantity of zero says that it is closed.
        if (position.Quantity != 0) await NamesAsync(Pushes(new AccountUpdate.Position(position, false)), odd, FirstAsync);
        await NamesAsync(Pushes(new AccountUpdate.Snapshot(StateOf(position))), odd, FirstAsync);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task An_order_that_cannot_be_is_named_wherever_it_is_shown(string odd)
    {
        var order = OddOrders[odd](Order);
        var state = StateOf() with { OpenOrders = [order] };

        await NamesAsync(new AnsweringConnector { State = _ => Task.FromResult(state) }, odd,
            session => session.GetStateAsync(new StateWindow(), default));
        var lookup = new OrderLookup.Found(order);
        await NamesAsync(new AnsweringConnector { Lookup = _ => Task.FromResult<OrderLookup>(lookup) }, odd,
            session => session.FindOrderAsync(Key, default));
        await NamesAsync(Pushes(new AccountUpdate.Order(order)), odd, FirstAsync);
    }

    [Theory]
    [MemberData(nameof(Fills))]
    public async Task A_fill_that_cannot_be_is_named(string odd)
    {
        var fill = OddFills[odd](Fill);
        var state = StateOf() with { Fills = [fill] };

        await NamesAsync(new AnsweringConnector { State = _ => Task.FromResult(state) }, odd,
            session => session.GetStateAsync(new StateWindow(), default));
        await NamesAsync(Pushes(new AccountUpdate.Fill(fill)), odd, FirstAsync);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(1.1, 0)]
    public async Task A_quote_at_or_below_zero_is_one_of_futures_only(double bid, double ask)
    {
        var quote = new Quote { BrokerSymbol = "CL", Bid = (decimal)bid, Ask = (decimal)ask, At = DateTimeOffset.UtcNow };
        var inner = new AnsweringConnector { Quote = _ => Task.FromResult(quote) };
        var futures = Guards.Manifest with { Capabilities = Guards.Manifest.Capabilities with { QuantityUnit = "contracts" } };

        await NamesAsync(inner, "CL is quoted at", session => session.GetQuoteAsync("CL", default));
        (await Guards.Around(inner, futures).GetQuoteAsync("CL", default)).Bid.ShouldBe((decimal)bid);
    }

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task An_outcome_that_cannot_be_proves_nothing(string odd)
    {
        var session = Guards.Around(new AnsweringConnector { Outcome = _ => Task.FromResult(OddOutcomes[odd]!) });

        foreach (var send in Commands(session))
            (await send).ShouldBeOfType<OrderOutcome.Unknown>().Cause.ShouldContain(odd);
    }

    [Fact]
    public async Task The_brokers_id_survives_a_report_that_cannot_be()
    {
        foreach (var bend in OddOrders.Values)
        {
            OrderOutcome taken = new OrderOutcome.Accepted("4711", bend(Order));
            var inner = new AnsweringConnector { Outcome = _ => Task.FromResult(taken) };

            (await Guards.Around(inner).PlaceAsync(SessionTests.Order("tf1"), default))
                .ShouldBeOfType<OrderOutcome.Unknown>().BrokerOrderId.ShouldBe("4711");
        }
    }

    [Fact]
    public async Task Words_of_several_lines_are_words_and_are_cut_to_what_a_screen_shows()
    {
        var inner = new AnsweringConnector();
        var session = Guards.Around(inner);
        inner.Outcome = _ => Task.FromResult<OrderOutcome>(new OrderOutcome.Rejected(RejectReason.Other, "1", "Not enough\r\n\tmargin."));
        (await session.PlaceAsync(SessionTests.Order("tf1"), default))
            .ShouldBe(new OrderOutcome.Rejected(RejectReason.Other, "1", "Not enough   margin."));

        inner.Outcome = _ => Task.FromResult<OrderOutcome>(new OrderOutcome.Rejected(RejectReason.Other, "1", new string('x', 100_000)));
        (await session.PlaceAsync(SessionTests.Order("tf1"), default))
            .ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.Length.ShouldBe(500);

        inner.Outcome = _ => Task.FromResult<OrderOutcome>(new OrderOutcome.Unknown(Nul, HalfPair));
        (await session.PlaceAsync(SessionTests.Order("tf1"), default)).ShouldBe(new OrderOutcome.Unknown("a b"));
    }

    [Fact]
    public async Task What_is_rare_and_right_passes()
    {
        // Crude oil below zero, a leg for whatever is open, an order that ended unfilled, a comment of somebody else, times that a broker
        // does not know.
        var oil = Position with { AveragePrice = -37.63m, CurrentPrice = 0, ClientOrderId = Bell, OpenedAt = default(DateTimeOffset) };
        var state = StateOf(oil) with
        {
            OpenOrders = [Order with { IsProtection = true, Quantity = 0 },
                Order with { BrokerOrderId = "o2", Status = OrderStatus.Canceled, Quantity = 0 }],
            Fills = [Fill with { Price = -37.63m, Fees = -1 }],
        };

        var read = await Guards.Around(new AnsweringConnector { State = _ => Task.FromResult(state) }).GetStateAsync(new StateWindow(),
            default);

        (read.OpenOrders.Count, read.Fills.Count, read.Positions.Count).ShouldBe((2, 1, 1));
        (read.Positions[0].AveragePrice, read.Positions[0].ClientOrderId, read.Positions[0].OpenedAt).ShouldBe((-37.63m, null, null));
        var gone = new AccountUpdate.Position(Position with { Quantity = 0, Side = Side.Unknown }, Closed: false);
        var closed = await FirstAsync(Guards.Around(Pushes(gone)));
        closed.ShouldBeOfType<AccountUpdate.Position>().Closed.ShouldBeTrue();
    }

    [Fact]
    public async Task Lists_that_are_missing_that_throw_or_that_never_end_are_a_fault_of_the_query()
    {
        var inner = new AnsweringConnector();
        var session = Guards.Around(inner);

        foreach (var (positions, words) in new (IReadOnlyList<PositionReport>, string)[]
        {
            (null!, "the list of positions is missing"),
            ([null!], "an entry of the positions is missing"),
            (new Endless(), "there are more than 10000 positions"),
            (new Throwing(), "failed (DivideByZeroException)"),
        })
        {
            inner.State = _ => Task.FromResult(new BrokerState { At = DateTimeOffset.UtcNow, OpenOrders = [], Positions = positions });
            await ThrowsAsync(words, () => session.GetStateAsync(new StateWindow(), default));
        }
        Task<BrokerState> noState = null!;
        Task<OrderOutcome> noOutcome = null!;
        inner.State = _ => noState;
        await ThrowsAsync("failed (NullReferenceException)", () => session.GetStateAsync(new StateWindow(), default));
        inner.State = _ => Task.FromResult<BrokerState>(null!);
        await ThrowsAsync("the state is missing", () => session.GetStateAsync(new StateWindow(), default));
        inner.Outcome = _ => noOutcome;
        (await session.PlaceAsync(SessionTests.Order("tf1"), default)).ShouldBeOfType<OrderOutcome.Unknown>();
    }

    [Fact]
    public async Task Nonsense_of_one_account_does_not_hold_back_the_entries_of_the_plugin()
    {
        var inner = Answers(Position with { Quantity = 0 });
        var session = Guards.Around(inner);

        for (var i = 0; i < 10; i++) await Should.ThrowAsync<ConnectorException>(() => session.GetStateAsync(new StateWindow(), default));

        (await session.PlaceAsync(SessionTests.Order("tf1"), default)).ShouldBeOfType<OrderOutcome.Accepted>();
    }

    [Fact]
    public async Task An_exception_brings_no_odd_words_and_no_endless_wait_with_it()
    {
        var inner = new AnsweringConnector
        {
            Account = _ => throw new ConnectorException(ConnectorErrorKind.RateLimited, Nul) { RetryAfter = TimeSpan.MaxValue },
            Quote = _ => throw new Unspeakable(),
        };

        var error = await Should.ThrowAsync<ConnectorException>(() => Guards.Around(inner).GetAccountAsync(default));
        (error.Message, error.RetryAfter).ShouldBe(("a b", TimeSpan.FromHours(1)));
        await ThrowsAsync("failed (Unspeakable)", () => Guards.Around(inner).GetQuoteAsync("EURUSD", default));
    }

    [Fact]
    public async Task A_plugin_that_throws_when_it_is_told_to_stop_harms_nobody_but_itself()
    {
        // On a timer's thread this would end the process.
        var inner = new AnsweringConnector
        {
            Quote = async ct =>
            {
                ct.Register(() => throw new InvalidOperationException("in a callback"));
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                throw new System.Diagnostics.UnreachableException();
            },
        };
        var session = Guards.Around(inner, deadlines: new SessionDeadlines { QuerySeconds = 0.05 });

        var error = await Should.ThrowAsync<ConnectorException>(() => session.GetQuoteAsync("EURUSD", default));

        error.Kind.ShouldBe(ConnectorErrorKind.Transient);
        (await session.GetAccountAsync(default)).Balance.ShouldBe(1000);
    }

    private static Task<IReadOnlyList<Instrument>> Listed(params Instrument[] instruments) =>
        Task.FromResult<IReadOnlyList<Instrument>>(instruments);

    private static BrokerState StateOf(params PositionReport[] positions) =>
        new() { At = DateTimeOffset.UtcNow, OpenOrders = [], Positions = positions };

    private static AnsweringConnector Answers(PositionReport position) => new() { State = _ => Task.FromResult(StateOf(position)) };

    private static AnsweringConnector Pushes(AccountUpdate update) => new() { Updates = _ => new[] { update }.ToAsyncEnumerable() };

    private static async Task<AccountUpdate> FirstAsync(IBrokerConnector session) => await session.StreamAsync(default).FirstAsync();

    private static async Task NamesAsync<T>(AnsweringConnector inner, string what, Func<IBrokerConnector, Task<T>> ask)
    {
        var session = Guards.Around(inner);
        await ThrowsAsync(what, () => ask(session));
        (await session.GetAccountAsync(default)).Balance.ShouldBe(1000, "the session goes on");
    }

    private static async Task ThrowsAsync(string what, Func<Task> ask)
    {
        var error = await Should.ThrowAsync<ConnectorException>(ask);
        error.Kind.ShouldBe(ConnectorErrorKind.Protocol);
        error.Message.ShouldContain(what);
        error.InnerException.ShouldBeNull();
    }

    private static IEnumerable<Task<OrderOutcome>> Commands(GuardedConnector session)
    {
        yield return session.PlaceAsync(SessionTests.Order("tf1"), default);
        yield return session.CancelAsync(Key, default);
        yield return session.ClosePositionAsync(
            new ClosePosition { ClientOrderId = "tf1", BrokerPositionId = "p1", Instrument = AnsweringConnector.Sound,
                PositionSide = Side.Buy }, default);
    }

    private class Endless : IReadOnlyList<PositionReport>
    {
        public PositionReport this[int index] => Position;

        public int Count => 1;

        public virtual IEnumerator<PositionReport> GetEnumerator()
        {
            while (true) yield return Position;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Throwing : Endless
    {
        public override IEnumerator<PositionReport> GetEnumerator() => throw new DivideByZeroException();
    }

    private sealed class Unspeakable : Exception
    {
        public override string Message => throw new InvalidOperationException("in Message");

        public override string ToString() => throw new InvalidOperationException("in ToString");
    }
}
