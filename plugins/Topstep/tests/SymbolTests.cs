using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

public sealed class SymbolTests
{
    [Theory]
    [InlineData("MES1!")]
    [InlineData("MES")]
    [InlineData("CME_MINI:MES1!")]
    [InlineData("mes1!")]
    public async Task A_ticker_means_the_contract_that_the_gateway_calls_active(string symbol)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();

        var instrument = await Desk.InstrumentAsync(session, symbol);

        instrument.Symbol.ShouldBe("MES1!");
        instrument.BrokerSymbol.ShouldStartWith("CON.F.US.MES.");
        (instrument.TickSize, instrument.TickValue, instrument.ContractSize, instrument.QuantityStep, instrument.QuantityUnit).ShouldBe(
            (0.25m, 1.25m, 5m, 1m, QuantityUnit.Contracts));
    }

    [Fact]
    public async Task A_month_is_found_however_its_year_is_written_and_the_active_one_keeps_its_name()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var active = await Desk.InstrumentAsync(session);
        var (month, year) = (active.BrokerSymbol[^3], 2000 + int.Parse(active.BrokerSymbol[^2..], null));

        foreach (var written in new[] { $"MES{month}{year}", $"MES{month}{year % 100:00}", $"MES{month}{year % 10}", active.BrokerSymbol })
        {
            var found = await Desk.InstrumentAsync(session, written);
            (found.BrokerSymbol, found.Symbol).ShouldBe((active.BrokerSymbol, "MES1!"), written);
        }
        var next = await Desk.InstrumentAsync(session, "MES2!");
        next.BrokerSymbol.ShouldNotBe(active.BrokerSymbol);
        next.Symbol.ShouldMatch("^MES[HMUZ]20[0-9]{2}$");
        (await Desk.InstrumentAsync(session, next.Symbol)).BrokerSymbol.ShouldBe(next.BrokerSymbol);
    }

    [Theory]
    [InlineData("ES1!", "EP", "ES1!")]
    [InlineData("EP", "EP", "ES1!")]
    [InlineData("NQ", "ENQ", "NQ1!")]
    [InlineData("GC1!", "GCE", "GC1!")]
    [InlineData("6B1!", "BP6", "6B1!")]
    public async Task A_ticker_that_differs_from_the_root_is_found(string symbol, string root, string named)
    {
        await using var desk = await Desk.OpenAsync();
        var instrument = await Desk.InstrumentAsync(await desk.ConnectAsync(), symbol);

        (instrument.BrokerSymbol.Split('.')[3], instrument.Symbol).ShouldBe((root, named));
    }

    [Theory]
    [InlineData("EURUSD")]
    [InlineData("MESZ2031")]
    [InlineData("BTC/USD")]
    [InlineData("CON.F.US.NO.Z26")]
    public async Task What_is_not_listed_finds_nothing(string symbol)
    {
        await using var desk = await Desk.OpenAsync();

        (await (await desk.ConnectAsync()).FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, default)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("MES1!")]
    [InlineData("CME_MINI:MES1!")]
    [InlineData("active id")]
    public async Task Without_the_list_of_contracts_the_search_finds_them(string symbol)
    {
        await using var desk = await Desk.OpenAsync();
        var active = (await Desk.InstrumentAsync(await desk.ConnectAsync())).BrokerSymbol;
        desk.Http.Bend = (path, body) => path.EndsWith("Contract/available", StringComparison.Ordinal) ? "" : body;

        (await Desk.InstrumentAsync(await desk.RestartAsync(), symbol is "active id" ? active : symbol)).BrokerSymbol.ShouldBe(active);
    }

    [Fact]
    public async Task A_contract_that_is_no_longer_active_has_the_list_read_again()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session);
        var lists = await desk.CallsAsync("CONTRACT_AVAILABLE");
        await desk.ArmAsync("reject", "PLACE_ORDER", status: 9);

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Rejected>().Reason
            .ShouldBe(RejectReason.InstrumentNotTradable);

        await Desk.InstrumentAsync(session);
        (await desk.CallsAsync("CONTRACT_AVAILABLE") - lists).ShouldBe(1);
    }

    [Fact]
    public void The_roll_is_the_gateway_s_word_and_not_the_calendar_s()
    {
        var december = new WireContract("CON.F.US.MES.Z26", "MESZ6", null, 0.25m, 1.25m, ActiveContract: false, null);
        var march = new WireContract("CON.F.US.MES.H27", "MESH7", null, 0.25m, 1.25m, ActiveContract: true, null);

        (ContractName.SymbolOf(december), ContractName.SymbolOf(march)).ShouldBe(("MESZ2026", "MES1!"));
    }
}
