using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

public sealed class InstrumentTests
{
    [Theory]
    [InlineData("EURUSD")]
    [InlineData("eurusd")]
    [InlineData("OANDA:EURUSD")]
    [InlineData("EUR/USD")]
    [InlineData("EURUSD.R")]
    public async Task A_brands_suffix_does_not_hide_a_symbol(string spoken)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync("suffix@tradeflow.local", "SIM-2");

        var instrument = (await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = spoken }, CancellationToken.None))
            .ShouldHaveSingleItem();

        (instrument.Symbol, instrument.BrokerSymbol).ShouldBe(("EURUSD", "EURUSD.R"));
        (instrument.TickSize, instrument.QuantityStep, instrument.MinQuantity, instrument.MaxQuantity, instrument.ContractSize,
            instrument.QuoteCurrency, instrument.QuantityUnit, instrument.AssetClass)
            .ShouldBe((0.00001m, 0.01m, 0.01m, 100m, 100_000m, "USD", QuantityUnit.Lots, "forex"));
        (await session.PlaceAsync(await desk.OrderAsync(session, spoken), CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();
        (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem().BrokerSymbol.ShouldBe("EURUSD.R");
    }

    [Fact]
    public async Task An_unknown_symbol_is_no_instrument_and_the_list_names_them_all()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();

        (await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = "NOSUCH" }, CancellationToken.None)).ShouldBeEmpty();
        var all = await session.FindInstrumentsAsync(new InstrumentQuery(), CancellationToken.None);
        all.Select(instrument => instrument.Symbol).ShouldContain("XAUUSD");
        all.ShouldAllBe(instrument => !instrument.IsTradable, "nobody may size an order by rules that were not read");
        (await desk.CallsAsync("GET_INSTRUMENT_DETAILS")).ShouldBe(0);
    }

    [Fact]
    public async Task Prices_come_from_the_info_route_that_works()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { invalidFirstInfoRoute = true });
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.0899m, 1.0900m);

        for (var i = 0; i < 3; i++)
        {
            var quote = await session.GetQuoteAsync("EURUSD", CancellationToken.None);
            (quote.Bid, quote.Ask).ShouldBe((1.0899m, 1.0900m));
        }

        (await desk.CallsAsync("QUOTES")).ShouldBe(4, "the dead route is tried once");
        (await Should.ThrowAsync<ConnectorException>(() => session.GetQuoteAsync("NOSUCH", CancellationToken.None))).Kind
            .ShouldBe(ConnectorErrorKind.NotFound);
    }

    [Theory]
    [InlineData("EURUSD.R", "EURUSD")]
    [InlineData("EURUSD.broker", "EURUSD")]
    [InlineData("EURUSDm", "EURUSD")]
    [InlineData("XAUUSDpro", "XAUUSD")]
    [InlineData("EURUSD+", "EURUSD")]
    [InlineData("btcusd", "BTCUSD")]
    [InlineData("US30_x", "US30")]
    [InlineData(".US30", "US30")]
    [InlineData("US30m", "US30")]
    [InlineData("BTC-USD", "BTCUSD")]
    [InlineData("BINANCE:BTCUSD", "BTCUSD")]
    [InlineData("NAS100", "NAS100")]
    public void A_brands_name_becomes_everybodys_name(string name, string symbol) =>
        SymbolNames.Strip(name, SymbolMarks.OfBrokers).ShouldBe(symbol);

    [Theory]
    [InlineData("FOREX", "EURUSD", "forex")]
    [InlineData("FOREX", "XAUUSD", "metal")]
    [InlineData("CRYPTO", "BTCUSD", "crypto")]
    [InlineData("INDICIES", "NAS100", "index")]
    [InlineData("EQUITY_CFD", "US30", "index")]
    [InlineData("EQUITY_CFD", "AAPL", "stock")]
    [InlineData("FUTURES_CFD", "USOIL", "commodity")]
    [InlineData("SOMETHING", "ABC", "other")]
    public void An_instruments_class_decides_what_a_pip_is(string type, string symbol, string expected) =>
        Listing.AssetClassOf(type, symbol).ShouldBe(expected);

    [Theory]
    [InlineData("0.5", 0.0001)]
    [InlineData("5", 0.001)]
    [InlineData("100", 0.01)]
    [InlineData(null, 0.01)]
    public void The_tick_may_depend_on_the_price(string? price, double tick)
    {
        using var table = JsonDocument.Parse("""[{"leftRangeLimit":null,"tickSize":"0.0001"},{"leftRangeLimit":1,"tickSize":0.001},{"leftRangeLimit":10,"tickSize":0.01}]""");

        Listing.Tick(new Cell(table.RootElement),
            price is null ? null : decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe((decimal)tick);
    }
}
