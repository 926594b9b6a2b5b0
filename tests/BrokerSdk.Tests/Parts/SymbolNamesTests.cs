namespace TradeFlow.BrokerSdk.Tests.Parts;

public sealed class SymbolNamesTests
{
    [Theory]
    [InlineData("EURUSD.r", "EURUSD")]
    [InlineData("EURUSDm", "EURUSD")]
    [InlineData("#EURUSD", "EURUSD")]
    [InlineData("EURUSD_i", "EURUSD")]
    [InlineData("EURUSDpro", "EURUSD")]
    [InlineData("XAUUSD.", "XAUUSD")]
    [InlineData("EURUSD!", "EURUSD")]
    [InlineData("US30m", "US30")]
    [InlineData("eurusd", "EURUSD")]
    [InlineData("EUR/USD", "EURUSD")]
    [InlineData("BTC-USD", "BTCUSD")]
    [InlineData("OANDA:EURUSD", "EURUSD")]
    [InlineData("#", "#")]
    public void A_brokers_marks_go(string name, string symbol) => SymbolNames.Strip(name, SymbolMarks.OfBrokers).ShouldBe(symbol);

    [Theory]
    [InlineData("CME_MINI:MES1!", "MES1!")]
    [InlineData("EURUSDm", "EURUSDM")]
    [InlineData(".US30", ".US30")]
    [InlineData("[SP500]", "SP500")]
    [InlineData("UK 100", "UK100")]
    [InlineData("GBPUSD+", "GBPUSD")]
    [InlineData("BTC-USD", "BTCUSD")]
    [InlineData("BTCUSD.r", "BTCUSD")]
    public void What_users_write_keeps_what_may_belong_to_a_name(string name, string symbol) =>
        SymbolNames.Strip(name, SymbolMarks.OfUsers).ShouldBe(symbol);
}
