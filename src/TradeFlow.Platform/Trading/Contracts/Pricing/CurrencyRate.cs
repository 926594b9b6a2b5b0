using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Trading.Contracts.Pricing;

/// <summary>
/// What one unit of an instrument's quote currency is worth in the account's, from the pairs that the account's own broker quotes.
/// </summary>
internal static class CurrencyRate
{
    private const string Bridge = "USD";

    /// <param name="mid">The middle price of a pair such as <c>EURUSD</c>; <c>null</c> when the broker does not quote it.</param>
    /// <returns><c>null</c> when nothing tells: never a guess, a size that is computed from it would be wrong by that factor.</returns>
    public static async Task<decimal?> FindAsync(Instrument instrument, string own, Func<string, Task<decimal?>> mid)
    {
        // A broker that names the value of a tick but no currency counts it in the account's own, as terminals do.
        if (QuotedIn(instrument) is not { } quoted) return instrument.TickValue is null ? null : 1;
        own = own.ToUpperInvariant();
        if (quoted == own) return 1;
        if (await PairAsync(quoted, own, mid) is { } direct) return direct;
        if (quoted == Bridge || own == Bridge) return null;
        return await PairAsync(quoted, Bridge, mid) is { } first && await PairAsync(Bridge, own, mid) is { } second ? first * second : null;
    }

    private static string? QuotedIn(Instrument instrument)
    {
        if (instrument.QuoteCurrency is { Length: > 0 } named) return named.ToUpperInvariant();
        var symbol = Connectors.Contracts.Symbols.Canonical(instrument.Symbol);
        return instrument is { AssetClass: "forex", TickValue: null } && symbol.Length == 6 && symbol.All(char.IsAsciiLetter)
            ? symbol[3..] : null;
    }

    private static async Task<decimal?> PairAsync(string from, string to, Func<string, Task<decimal?>> mid)
    {
        if (await mid(from + to) is { } direct and > 0) return direct;
        return await mid(to + from) is { } inverse and > 0 ? 1 / inverse : null;
    }
}
