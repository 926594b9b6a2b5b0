using TradeFlow.BrokerSdk;
using TradeFlow.FakeExpertAdvisor;

namespace TradeFlow.Plugins.MetaTrader.Tests;

public sealed class ConnectorTests : IAsyncLifetime
{
    private readonly Terminal terminal = new();
    private readonly TerminalChannel channel;
    private IBrokerConnector session = null!; // set in InitializeAsync, before any test

    public ConnectorTests() => channel = new TerminalChannel(terminal);

    public async ValueTask InitializeAsync() => session = await OpenAsync();

    public async ValueTask DisposeAsync() => await session.DisposeAsync();

    [Theory]
    [InlineData(10012)]
    [InlineData(10031)]
    [InlineData(128)]
    [InlineData(142)]
    public async Task A_code_that_leaves_the_outcome_open_is_unknown_whatever_the_agent_calls_it(int code)
    {
        terminal.NextRetcode = code;

        (await PlaceAsync()).ShouldBeOfType<OrderOutcome.Unknown>();
    }

    [Theory]
    [InlineData(10004, RejectReason.InvalidPrice)]
    [InlineData(10016, RejectReason.StopTooClose)]
    [InlineData(10018, RejectReason.MarketClosed)]
    [InlineData(10019, RejectReason.InsufficientMargin)]
    [InlineData(10027, RejectReason.ReadOnlyAccount)]
    [InlineData(10030, RejectReason.Other)]
    [InlineData(131, RejectReason.InvalidQuantity)]
    [InlineData(134, RejectReason.InsufficientMargin)]
    public async Task A_refusal_has_its_reason_its_code_and_words(int code, RejectReason reason)
    {
        terminal.NextRetcode = code;

        var rejected = (await PlaceAsync()).ShouldBeOfType<OrderOutcome.Rejected>();

        rejected.Reason.ShouldBe(reason);
        rejected.BrokerCode.ShouldBe(code.ToString());
        rejected.BrokerText.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_old_report_is_no_answer_and_sends_nothing()
    {
        channel.IsFresh = false;

        (await PlaceAsync()).ShouldBeOfType<OrderOutcome.NotSent>();
        (await Should.ThrowAsync<ConnectorException>(() => session.GetStateAsync(new StateWindow(), default))).Kind
            .ShouldBe(ConnectorErrorKind.Unreachable);
        terminal.Executed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    public async Task A_position_is_known_again_whatever_the_broker_leaves_of_its_comment(int commentLength)
    {
        terminal.CommentLength = commentLength;
        var id = Id('a');
        await PlaceAsync(id);

        var state = await session.GetStateAsync(new StateWindow(), default);

        state.Positions.ShouldHaveSingleItem().ClientOrderId.ShouldBe(id);
        channel.Forget();
        (await session.FindOrderAsync(new OrderKey { ClientOrderId = id }, default)).ShouldBeOfType<OrderLookup.Found>();
        (await session.FindOrderAsync(new OrderKey { ClientOrderId = Id('b') }, default))
            .ShouldBe(new OrderLookup.Absent(Conclusive: true));
    }

    [Theory]
    [InlineData("MT5")]
    [InlineData("MT4")]
    public async Task What_is_left_of_a_position_keeps_its_id(string platform)
    {
        terminal.Platform = platform;
        await PlaceAsync();
        var first = (await session.GetStateAsync(new StateWindow(), default)).Positions.ShouldHaveSingleItem();

        foreach (var left in new[] { 0.6m, 0.3m })
        {
            (await CloseAsync(first.BrokerPositionId, left == 0.6m ? 0.4m : 0.3m)).ShouldBeOfType<OrderOutcome.Accepted>();
            var rest = (await session.GetStateAsync(new StateWindow(), default)).Positions.ShouldHaveSingleItem();
            (rest.BrokerPositionId, rest.Quantity).ShouldBe((first.BrokerPositionId, left));
        }
        (await CloseAsync(first.BrokerPositionId, null)).ShouldBeOfType<OrderOutcome.Accepted>();
        terminal.Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task On_a_netting_account_a_sale_reduces_the_position()
    {
        terminal.Hedging = false;
        await PlaceAsync();
        await PlaceAsync(Id('b'), Side.Sell, 0.4m);

        (await session.GetStateAsync(new StateWindow(), default)).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(0.6m);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_order_works_and_is_found_filled(bool reportsOrders)
    {
        channel.ReportsOrders = reportsOrders;
        var id = Id('c');
        var outcome = await session.PlaceAsync(Order(id, Side.Buy, 1) with { Type = OrderType.Limit, Price = 1.08m }, default);
        outcome.ShouldBeOfType<OrderOutcome.Accepted>().Report!.Status.ShouldBe(OrderStatus.Working);
        (await session.GetStateAsync(new StateWindow(), default)).OpenOrders.Count.ShouldBe(reportsOrders ? 1 : 0);
        (await session.FindOrderAsync(new OrderKey { ClientOrderId = id }, default)).ShouldBeOfType<OrderLookup.Found>().Report.Status
            .ShouldBe(OrderStatus.Working);

        terminal.SetPrice("EURUSD.r", 1.0798m, 1.0799m);

        (await session.FindOrderAsync(new OrderKey { ClientOrderId = id }, default)).ShouldBeOfType<OrderLookup.Found>().Report.Status
            .ShouldBe(OrderStatus.Filled);
    }

    [Theory]
    [InlineData("EURUSD.r", "EURUSD")]
    [InlineData("EURUSDm", "EURUSD")]
    [InlineData("#EURUSD", "EURUSD")]
    [InlineData("XAUUSD.", "XAUUSD")]
    [InlineData("GBPJPYpro", "GBPJPY")]
    [InlineData("EURUSD_i", "EURUSD")]
    [InlineData("US30.cash", "US30")]
    [InlineData("BTCUSD+", "BTCUSD")]
    [InlineData("eurusd", "EURUSD")]
    public async Task A_brokers_mark_is_no_part_of_the_name(string brokerSymbol, string symbol)
    {
        terminal.Symbols.Clear();
        terminal.Symbols[brokerSymbol] = new FakeSymbol(brokerSymbol, 5, 0.00001m, 1m, 100_000m, 1.1m, 1.2m);

        var found = (await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, default)).ShouldHaveSingleItem();

        (found.Symbol, found.BrokerSymbol).ShouldBe((symbol, brokerSymbol));
    }

    private static string Id(char letter) => "tf" + new string(letter, 22);

    private PlaceOrder Order(string id, Side side, decimal quantity) => new()
    {
        ClientOrderId = id, Instrument = Instruments.Find(channel.LatestAsync(default).Result!, "EURUSD")[0], Side = side,
        Type = OrderType.Market, Quantity = quantity,
    };

    private Task<OrderOutcome> PlaceAsync(string? id = null, Side side = Side.Buy, decimal quantity = 1) =>
        session.PlaceAsync(Order(id ?? Id('a'), side, quantity), default);

    private Task<OrderOutcome> CloseAsync(string position, decimal? quantity) => session.ClosePositionAsync(new ClosePosition
    {
        ClientOrderId = Id((char)('d' + terminal.Executed.Count)), BrokerPositionId = position,
        Instrument = Order(Id('z'), Side.Buy, 1).Instrument, PositionSide = Side.Buy, Quantity = quantity,
    }, default);

    private async Task<IBrokerConnector> OpenAsync()
    {
        var outcome = await new MetaTraderFactory().ConnectAsync(new ConnectRequest
        {
            Mode = "demo", Endpoints = new Dictionary<string, Uri>()
        }, new DeskContext(new Memory(), new Dictionary<string, Secret<string>> { ["login"] = new("5001") }, Agent: channel), default);
        return outcome.ShouldBeOfType<ConnectOutcome.Connected>().Session.ShouldNotBeNull();
    }
}
