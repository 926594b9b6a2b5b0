using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Does an exit mean what is held or working at the broker?</summary>
internal static class SignalSymbol
{
    /// <param name="spoken">The symbol of the exit, after the account's map.</param>
    /// <param name="instrument">The instrument of what is held, where the broker told.</param>
    public static bool Means(string spoken, Instrument? instrument, string brokerSymbol) =>
        Symbols.Same(brokerSymbol, spoken) || string.Equals(brokerSymbol, spoken, StringComparison.OrdinalIgnoreCase)
        || (instrument is not null && (Symbols.Same(instrument.Symbol, spoken)
            || (instrument.AssetClass == "future" && FutureSymbol.Covers(spoken, instrument.Symbol))));
}
