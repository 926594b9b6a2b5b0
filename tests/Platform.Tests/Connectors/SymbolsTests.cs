using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Instruments;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class SymbolsTests
{
    [Theory]
    [InlineData("BINANCE:BTCUSD", "BTCUSD")]
    [InlineData("btcusd", "BTCUSD")]
    [InlineData("BTC/USD", "BTCUSD")]
    [InlineData("BTC-USD", "BTCUSD")]
    [InlineData("BTCUSD.r", "BTCUSD")]
    [InlineData("EURUSD_i", "EURUSD")]
    [InlineData("EURUSD#", "EURUSD")]
    [InlineData("EURUSD-ECN", "EURUSD")]
    [InlineData("  eurusd ", "EURUSD")]
    [InlineData("EURUSDm", "EURUSDM")]
    [InlineData("CME_MINI:MES1!", "MES1!")]
    [InlineData("MES1!", "MES1!")]
    [InlineData(".US30", ".US30")]
    [InlineData("NASDAQ:AAPL", "AAPL")]
    [InlineData("GBPUSD+", "GBPUSD")]
    [InlineData("#AAPL", "AAPL")]
    [InlineData("[SP500]", "SP500")]
    [InlineData("UK 100", "UK100")]
    [InlineData("#", "#")]
    [InlineData("/", "/")]
    [InlineData("", "")]
    [InlineData(":", ":")]
    public void One_instrument_has_one_spelling(string written, string canonical) => Symbols.Canonical(written).ShouldBe(canonical);

    [Fact]
    public void A_canonical_symbol_stays_as_it_is()
    {
        foreach (var symbol in new[] { "EURUSD", "MES1!", "US30", "AAPL" }) Symbols.Canonical(Symbols.Canonical(symbol)).ShouldBe(symbol);
    }

    [Fact]
    public void A_mistyped_symbol_brings_up_the_names_that_come_near() =>
        Near.To("EURSUD", ["EURUSD", "EURGBP", "XAUUSD", "US30", "AAPL"]).ShouldBe(["EURUSD"]);

    [Fact]
    public void A_beginning_brings_up_the_whole_name() => Near.To("NAS", ["NAS100", "US30"]).ShouldBe(["NAS100"]);
}
