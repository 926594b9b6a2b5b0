using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>The terminal's symbols as instruments.</summary>
internal static class Instruments
{
    public static Instrument Of(AgentSymbol symbol, string accountCurrency)
    {
        var name = SymbolNames.Strip(symbol.Symbol, SymbolMarks.OfBrokers);
        var (assetClass, quote) = SymbolKinds.Of(name);
        return new Instrument
        {
            Symbol = name,
            BrokerSymbol = symbol.Symbol,
            TickSize = symbol.TickSize,
            // A name that does not tell its currency is counted in the account's own, with the value that the terminal gives for a tick.
            TickValue = quote is null ? symbol.TickValue : null,
            QuoteCurrency = quote ?? (symbol.TickValue is null ? null : accountCurrency),
            QuantityStep = symbol.QuantityStep,
            MinQuantity = symbol.MinQuantity,
            MaxQuantity = symbol.MaxQuantity,
            ContractSize = symbol.ContractSize,
            QuantityUnit = QuantityUnit.Lots,
            AssetClass = assetClass,
        };
    }

    public static IReadOnlyList<Instrument> Find(AgentReport report, string? symbol) =>
    [
        .. report.Symbols
            .Where(listed => symbol is null || string.Equals(listed.Symbol, symbol, StringComparison.OrdinalIgnoreCase)
                || SymbolNames.Same(listed.Symbol, symbol, SymbolMarks.OfBrokers))
            .Select(listed => Of(listed, report.Currency)),
    ];
}
