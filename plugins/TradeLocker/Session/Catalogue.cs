using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>
/// The account's instruments: the list at once, the rules of one when it is asked for (the broker allows two of those per second), prices.
/// </summary>
internal sealed class Catalogue(TradeCalls calls, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan ListLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan ReloadPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DetailsLife = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim loading = new(1);
    private readonly ConcurrentDictionary<long, (Instrument Instrument, DateTimeOffset At)> details = new();
    private readonly ConcurrentDictionary<long, long> goodRoutes = new();
    private volatile Loaded? loaded;

    private sealed record Loaded(IReadOnlyList<Listing> All, IReadOnlyDictionary<long, Listing> ById, DateTimeOffset At);

    /// <summary>The listing of a broker's own name, else those of the platform's symbol, the shortest name first.</summary>
    public async Task<IReadOnlyList<Listing>> FindAsync(string symbol, CancellationToken ct)
    {
        var found = Match(await ListAsync(ListLife, ct), symbol);
        return found.Count > 0 ? found : Match(await ListAsync(ReloadPause, ct), symbol);
    }

    /// <summary>The likeliest listing of a symbol, or null.</summary>
    public async Task<Listing?> FirstAsync(string symbol, CancellationToken ct) =>
        await FindAsync(symbol, ct) is [var first, ..] ? first : null;

    public async Task<IReadOnlyList<Listing>> AllAsync(CancellationToken ct) => (await ListAsync(ListLife, ct)).All;

    /// <summary>Null for an id that the list does not have.</summary>
    public async Task<Listing?> FindAsync(long tradableId, CancellationToken ct) =>
        (await ListAsync(ListLife, ct)).ById.GetValueOrDefault(tradableId)
        ?? (await ListAsync(ReloadPause, ct)).ById.GetValueOrDefault(tradableId);

    /// <summary>The rules of an instrument.</summary>
    public async Task<Instrument> DetailsAsync(Listing listing, CancellationToken ct)
    {
        if (Known(listing) is { } known) return known;
        Cell? answer = null;
        ConnectorException? failure = null;
        foreach (var route in listing.InfoRoutes.Append(listing.TradeRoute ?? 0).Where(route => route > 0))
        {
            try
            {
                answer = await calls.InstrumentAsync(listing.TradableId, route, ct);
                break;
            }
            catch (ConnectorException e) when (IsAboutTheRoute(e))
            {
                failure = e;
            }
        }
        if (answer is not { } found)
            throw failure ?? new ConnectorException(ConnectorErrorKind.NotFound, $"TradeLocker has no route for {listing.Name}.");
        var price = found["tickSize"].Items.Skip(1).Any() ? (await QuoteAsync(listing, ct)).Bid : (decimal?)null;
        var instrument = listing.With(found, price);
        details[listing.TradableId] = (instrument, clock.GetUtcNow());
        return instrument;
    }

    /// <summary>The rules if they are at hand.</summary>
    public Instrument? Known(Listing listing) =>
        details.TryGetValue(listing.TradableId, out var held) && clock.GetUtcNow() - held.At < DetailsLife ? held.Instrument : null;

    /// <summary>The best prices. Of several INFO routes the one that answers is remembered.</summary>
    public async Task<Quote> QuoteAsync(Listing listing, CancellationToken ct)
    {
        ConnectorException? failure = null;
        var remembered = goodRoutes.TryGetValue(listing.TradableId, out var good) ? good : 0;
        foreach (var route in listing.InfoRoutes.OrderByDescending(route => route == remembered))
        {
            try
            {
                var answer = await calls.QuotesAsync(listing.TradableId, route, ct);
                if (answer["bp"].NumberAboveZero is not { } bid || answer["ap"].NumberAboveZero is not { } ask)
                    throw new ConnectorException(ConnectorErrorKind.NotFound, $"TradeLocker has no price of {listing.Name} now.");
                goodRoutes[listing.TradableId] = route;
                return new Quote { BrokerSymbol = listing.Name, Bid = bid, Ask = ask, At = clock.GetUtcNow() };
            }
            catch (ConnectorException e) when (IsAboutTheRoute(e))
            {
                failure = e;
            }
        }
        throw new ConnectorException(ConnectorErrorKind.NotFound, failure is null
            ? $"TradeLocker has no prices of {listing.Name}." : $"TradeLocker has no price of {listing.Name} ({failure.Message}).");
    }

    public void Dispose() => loading.Dispose();

    private static bool IsAboutTheRoute(ConnectorException e) =>
        e.Kind is ConnectorErrorKind.Protocol or ConnectorErrorKind.NotFound or ConnectorErrorKind.Permission;

    private static List<Listing> Match(Loaded list, string symbol)
    {
        var exact = list.All.Where(listing => string.Equals(listing.Name, symbol, StringComparison.OrdinalIgnoreCase)).ToList();
        return exact.Count > 0 ? exact : [.. list.All.Where(listing => SymbolNames.Same(listing.Name, symbol, SymbolMarks.OfBrokers))
            .OrderBy(listing => listing.TradeRoute is null).ThenBy(listing => listing.Name.Length)];
    }

    private async Task<Loaded> ListAsync(TimeSpan life, CancellationToken ct)
    {
        if (loaded is { } held && clock.GetUtcNow() - held.At < life) return held;
        await loading.WaitAsync(ct);
        try
        {
            if (loaded is { } meanwhile && clock.GetUtcNow() - meanwhile.At < life) return meanwhile;
            var answer = await calls.InstrumentsAsync(ct);
            if (!answer["instruments"].IsArray)
                throw new ConnectorException(ConnectorErrorKind.Protocol, "TradeLocker's list of instruments could not be read.");
            List<Listing> all = [.. answer["instruments"].Items.Select(Listing.Read).OfType<Listing>()];
            return loaded = new Loaded(all, all.DistinctBy(listing => listing.TradableId).ToDictionary(listing => listing.TradableId),
                clock.GetUtcNow());
        }
        catch (ConnectorException) when (loaded is not null)
        {
            // An hour-old list is better than an order that cannot be sent.
            return loaded;
        }
        finally
        {
            loading.Release();
        }
    }
}
