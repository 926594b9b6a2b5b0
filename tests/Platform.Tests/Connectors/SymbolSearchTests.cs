using System.Runtime.CompilerServices;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Instruments;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>What a symbol is on an account that lists so and so, and the words where it is nothing.</summary>
public sealed class SymbolSearchTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    // As terminals list them: suffixes, marks, blanks.
    private static readonly Listed Terminal = new("EURUSD.r", "GBPUSD+", "[SP500]", "UK 100", "#AAPL", "USDCAD-ECN", "US30.cash",
        "XAUUSD.raw", "BTCUSD", "S&P500 mini", "GER40");

    // As a futures house does.
    private static readonly Listed Exchange = new(Future("MES1!", "CON.F.US.MES.Z26"), Future("ES1!", "CON.F.US.EP.Z26"),
        Future("CL1!", "CON.F.US.CLE.Z26"), Future("MESH2027", "CON.F.US.MES.H27"));

    private static readonly Listed Brand = new("EURUSD", "BTCUSD", "US30", "AAPL", "MSFT", "EUR/USD", "USOIL");

    [Theory]
    [InlineData("GBPUSD+", "GBPUSD+")]
    [InlineData("gbpusd+", "GBPUSD+")]
    [InlineData("[SP500]", "[SP500]")]
    [InlineData("UK 100", "UK 100")]
    [InlineData("UK100", "UK 100")]
    [InlineData("#AAPL", "#AAPL")]
    [InlineData("AAPL", "#AAPL")]
    [InlineData("USDCAD-ECN", "USDCAD-ECN")]
    [InlineData("USDCAD", "USDCAD-ECN")]
    [InlineData("GBPUSD", "GBPUSD+")]
    [InlineData("OANDA:XAUUSD", "XAUUSD.raw")]
    [InlineData("us30.CASH", "US30.cash")]
    [InlineData("EURUSD.pro", "EURUSD.r")]
    [InlineData("S&P500 MINI", "S&P500 mini")]
    [InlineData("BTC-USD", "BTCUSD")]
    [InlineData("BTC/USD", "BTCUSD")]
    public async Task A_terminals_own_name_is_accepted_as_it_is_written(string spoken, string name) =>
        (await FindAsync(Terminal, spoken)).Match.ShouldNotBeNull().BrokerSymbol.ShouldBe(name);

    [Theory]
    [InlineData("EUR/USD", "EUR/USD")]
    [InlineData("EURUSD", "EURUSD")]
    [InlineData("EURUSD-ECN", "EURUSD")]
    [InlineData("AAPL-24H", "AAPL")]
    public async Task What_looks_like_two_symbols_and_is_one_is_found(string spoken, string name) =>
        (await FindAsync(Brand, spoken)).Match.ShouldNotBeNull().BrokerSymbol.ShouldBe(name);

    [Theory]
    [InlineData("CL1!-CL2!")]
    [InlineData("NYMEX:CL1!-NYMEX:CL2!")]
    [InlineData("MES1!/MNQ1!")]
    [InlineData("ES1!-MES1!")]
    [InlineData("MESZ2026-MESH2027")]
    [InlineData("ES1!*50")]
    public async Task A_spread_of_futures_trades_no_leg(string spoken) => await IsSpreadAsync(Exchange, spoken);

    [Theory]
    [InlineData("1/EURUSD")]
    [InlineData("EURUSD/2")]
    [InlineData("2*EURUSD")]
    [InlineData("EURUSD-BTCUSD")]
    [InlineData("EURUSD+BTCUSD")]
    [InlineData("BINANCE:BTCUSDT/BINANCE:ETHUSDT")]
    [InlineData("BTCUSDT/ETHUSDT")]
    [InlineData("AAPL-MSFT")]
    [InlineData("NASDAQ:AAPL-NASDAQ:MSFT")]
    public async Task A_spread_of_anything_trades_no_leg(string spoken) => await IsSpreadAsync(Brand, spoken);

    [Fact]
    public async Task A_spread_that_the_account_lists_is_an_instrument() =>
        (await FindAsync(new Listed("CL1!-CL2!", "CL1!"), "cl1!-cl2!")).Match.ShouldNotBeNull().BrokerSymbol.ShouldBe("CL1!-CL2!");

    [Theory]
    [InlineData("EURUSD")]
    [InlineData("OANDA:EURUSD")]
    [InlineData("EURUSD.ecn")]
    public async Task Of_two_suffixes_nobody_chooses(string spoken)
    {
        var (match, problem) = await FindAsync(new Listed("EURUSD.r", "EURUSD.pro", "GBPUSD.r"), spoken);

        match.ShouldBeNull();
        (problem!.Kind, string.Join(" ", problem.Names)).ShouldBe((SymbolProblem.Ambiguous, "EURUSD.pro EURUSD.r"));
        problem.Words.ShouldContain("EURUSD.pro or EURUSD.r");
        problem.Words.ShouldContain("line for EURUSD under Symbols");
    }

    [Fact]
    public async Task One_of_two_suffixes_is_found_by_its_name_and_the_plain_name_needs_no_choice()
    {
        (await FindAsync(new Listed("EURUSD.r", "EURUSD.pro"), "eurusd.PRO")).Match.ShouldNotBeNull().BrokerSymbol.ShouldBe("EURUSD.pro");
        (await FindAsync(new Listed("EURUSD.r", "EURUSD", "EURUSD.pro"), "OANDA:EURUSD")).Match.ShouldNotBeNull().BrokerSymbol
            .ShouldBe("EURUSD");
        var pricesOnly = new Listed(Listed.Of("EURUSD.r") with { IsTradable = false }, Listed.Of("EURUSD.pro"));
        (await FindAsync(pricesOnly, "EURUSD")).Match.ShouldNotBeNull().BrokerSymbol.ShouldBe("EURUSD.pro");
    }

    [Theory]
    [InlineData("MES 12-26", "written MES1! or MESZ6", "MES1!")]
    [InlineData("MES DEC26", "written MES1! or MESZ6", "MES1!")]
    [InlineData("/MES", "written MES1!", "MES1!")]
    [InlineData("/MESZ26:XCME", "written MES1! or MESZ6", "MES1!")]
    [InlineData("@ES", "written ES1!", "ES1!")]
    [InlineData("MES=F", "written MES1!", "MES1!")]
    [InlineData("={\"symbol\":\"CME_MINI:MES1!\"}", "Write {{ticker}}", "")]
    [InlineData("MESU2024", "has expired (September 2024). The active one is MES1! (MES1! future)", "MES1!")]
    [InlineData("MESU4", "has expired (September 2024)", "MES1!")]
    [InlineData("CME_MINI:MESH24", "has expired (March 2024)", "MES1!")]
    [InlineData("MES!", "Did you mean", "MES1!")]
    public async Task A_symbol_of_another_platform_is_told_how_it_is_written_here(string spoken, string words, string suggestion) =>
        await IsUnknownAsync(Exchange, spoken, words, suggestion);

    [Theory]
    [InlineData("EURUSD=X", "written EURUSD", "EURUSD")]
    [InlineData("^DJI", "written US30", "US30")]
    [InlineData("DJI", "its own name for it may be US30. Write that, or map DJI to it under Symbols", "US30")]
    [InlineData("TVC:USOIL1", "Did you mean USOIL", "USOIL")]
    [InlineData("WTI", "may be USOIL", "USOIL")]
    [InlineData("EURSUD", "Did you mean", "EURUSD")]
    [InlineData("ЕURUSD", "Е (U+0415) is no letter of the Latin alphabet", "EURUSD")]
    [InlineData("EURUSD;DROP TABLE", "has no symbol EURUSD;DROP TABLE", "")]
    [InlineData("QQQQQQQQQQ", "has no symbol QQQQQQQQQQ.", "")]
    public async Task An_unknown_symbol_is_told_what_was_meant(string spoken, string words, string suggestion) =>
        await IsUnknownAsync(Brand, spoken, words, suggestion);

    [Fact]
    public async Task What_a_terminal_does_not_show_is_said_to_be_missing_there()
    {
        var (match, problem) = await SymbolSearch.FindAsync(Terminal, "NAS100", isTerminal: true, Now, default);

        match.ShouldBeNull();
        problem!.Words.ShouldBe(
            "The broker has no symbol NAS100. It is not in the terminal's Market Watch: show it there, or map it under Symbols.");
    }

    private static Task<(Instrument? Match, SymbolProblem? Problem)> FindAsync(Listed listed, string spoken) =>
        SymbolSearch.FindAsync(listed, spoken, isTerminal: false, Now, default);

    private static async Task IsSpreadAsync(Listed listed, string spoken)
    {
        var (match, problem) = await FindAsync(listed, spoken);

        match.ShouldBeNull();
        problem!.Kind.ShouldBe(SymbolProblem.Spread);
        problem.Words.ShouldStartWith("A spread of two symbols cannot be traded");
    }

    private static async Task IsUnknownAsync(Listed listed, string spoken, string words, string suggestion)
    {
        var (match, problem) = await FindAsync(listed, spoken);

        match.ShouldBeNull();
        problem!.Kind.ShouldBe(SymbolProblem.Unknown);
        problem.Words.ShouldContain(words);
        if (suggestion.Length > 0) problem.Names.ShouldContain(suggestion);
    }

    private static Instrument Future(string symbol, string brokerSymbol) =>
        Listed.Of(brokerSymbol) with { Symbol = symbol, AssetClass = "future", Description = $"{symbol} future" };

    /// <summary>An account that lists these names, and answers any spelling of them, as plugins do.</summary>
    private sealed class Listed(params Instrument[] instruments) : IBrokerConnector
    {
        public Listed(params string[] names) : this([.. names.Select(Of)])
        {
        }

        public static Instrument Of(string name) => new()
        {
            Symbol = Symbols.Canonical(name), BrokerSymbol = name, TickSize = 0.01m, QuantityStep = 1, MinQuantity = 1, ContractSize = 1,
            QuantityUnit = QuantityUnit.Lots, AssetClass = "other",
        };

        public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<Instrument>>(
                [.. instruments.Where(one => query.Symbol is not { } symbol
                    || string.Equals(one.BrokerSymbol, symbol, StringComparison.OrdinalIgnoreCase) || Symbols.Same(one.Symbol, symbol))]);

        public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => throw new NotSupportedException();

        public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => throw new NotSupportedException();

        public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) => throw new NotSupportedException();

        public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) => throw new NotSupportedException();

        public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) => throw new NotSupportedException();

        public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) => throw new NotSupportedException();

        public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => throw new NotSupportedException();

        public async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
