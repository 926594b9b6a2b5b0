using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>
/// Realised profit in the account's currency. TradeLocker tells no such number for an order or a fill: it is the price difference times
/// quantity times lot size, converted at the price of now. Commission and swap are not to be had and not contained.
/// </summary>
internal sealed class Profits(Catalogue catalogue, string accountCurrency, TimeProvider clock)
{
    private static readonly TimeSpan RateLife = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (decimal Rate, DateTimeOffset At)> rates = new(StringComparer.Ordinal);

    /// <summary>Null when a number that it takes is not known: a missing profit shows, a wrong one does not.</summary>
    public async Task<decimal?> OfAsync(
        Instrument instrument, Side positionSide, decimal? entry, decimal? exit, decimal quantity, CancellationToken ct)
    {
        if (entry is not { } from || exit is not { } to || instrument.QuoteCurrency is not { } currency) return null;
        try
        {
            var points = positionSide is Side.Buy ? to - from : from - to;
            return await RateAsync(currency, accountCurrency, ct) is { } rate
                ? Math.Round(points * quantity * instrument.ContractSize * rate, 2) : null;
        }
        catch (ConnectorException)
        {
            return null;
        }
    }

    /// <summary>By the pair, its inverse, or by way of the dollar.</summary>
    private async Task<decimal?> RateAsync(string from, string to, CancellationToken ct)
    {
        if (from == to) return 1;
        if (await PairAsync(from, to, ct) is { } direct) return direct;
        if (from == "USD" || to == "USD") return null;
        return await PairAsync(from, "USD", ct) is { } first && await PairAsync("USD", to, ct) is { } second ? first * second : null;
    }

    private async Task<decimal?> PairAsync(string from, string to, CancellationToken ct)
    {
        if (rates.TryGetValue(from + to, out var held) && clock.GetUtcNow() - held.At < RateLife) return held.Rate;
        var rate = await MidAsync(from + to, ct) ?? (await MidAsync(to + from, ct) is { } inverse ? 1 / inverse : null);
        if (rate is { } found) rates[from + to] = (found, clock.GetUtcNow());
        return rate;
    }

    private async Task<decimal?> MidAsync(string pair, CancellationToken ct)
    {
        var listing = (await catalogue.FindAsync(pair, ct))
            .FirstOrDefault(candidate => SymbolNames.Same(candidate.Name, pair, SymbolMarks.OfBrokers) && candidate.InfoRoutes.Count > 0);
        if (listing is null) return null;
        var quote = await catalogue.QuoteAsync(listing, ct);
        return (quote.Bid + quote.Ask) / 2;
    }
}
