using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>The one spelling of a symbol that rules and lists compare.</summary>
public static class Symbols
{
    /// <summary>
    /// <c>BINANCE:BTCUSD</c>, <c>btcusd</c>, <c>BTC/USD</c> and <c>BTCUSD.r</c> are all <c>BTCUSD</c>; <c>CME_MINI:MES1!</c> is
    /// <c>MES1!</c>; what terminals write as <c>GBPUSD+</c>, <c>#AAPL</c>, <c>[SP500]</c> or <c>UK 100</c> has none of these marks. A
    /// trailing <c>m</c> is kept: it may belong to the name. Never empty for a text that is not: the empty symbol means all.
    /// </summary>
    public static string Canonical(string symbol) => SymbolNames.Strip(symbol, SymbolMarks.OfUsers);

    /// <summary>True for <c>ETHUSD</c> and <c>EURUSD.R</c> alike when they mean the same.</summary>
    public static bool Same(string left, string right) => SymbolNames.Same(left, right, SymbolMarks.OfUsers);
}
