using System.Globalization;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;

namespace TradeFlow.Plugins.TradeLocker.Mapping;

/// <summary>
/// An entry of the account's instrument list. Ids and routes are per user and brand, so they are looked up and never stored.
/// </summary>
internal sealed record Listing
{
    public required long TradableId { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string Type { get; init; }

    /// <summary>The route that takes orders.</summary>
    public required long? TradeRoute { get; init; }

    /// <summary>The routes that have prices; the first of several may be a dead one.</summary>
    public required IReadOnlyList<long> InfoRoutes { get; init; }

    public string Symbol => SymbolNames.Strip(Name, SymbolMarks.OfBrokers);

    public static Listing? Read(Cell entry)
    {
        if (entry["tradableInstrumentId"].Number is not ({ } id and > 0) || entry["name"].Text is not { } name) return null;
        var routes = entry["routes"].Items.Select(route => (Id: route["id"].Number, Type: route["type"].Text))
            .Where(route => route.Id is not null).ToList();
        return new Listing
        {
            TradableId = (long)id,
            Name = name,
            Description = entry["description"].Text ?? "",
            Type = entry["type"].Text?.ToUpperInvariant() ?? "",
            TradeRoute = routes.Where(route => route.Type is "TRADE").Select(route => (long?)route.Id).FirstOrDefault(),
            InfoRoutes = [.. routes.Where(route => route.Type is "INFO").Select(route => (long)route.Id.GetValueOrDefault())],
        };
    }

    /// <summary>The instrument by its details, which alone know the lot rules.</summary>
    /// <param name="details">The answer of <c>/trade/instruments/{id}</c>.</param>
    /// <param name="price">A price of now, for brands whose tick depends on it.</param>
    /// <exception cref="ConnectorException">A rule is missing: nothing is made up in its place.</exception>
    public Instrument With(Cell details, decimal? price) => new()
    {
        Symbol = Symbol,
        BrokerSymbol = Name,
        Description = Description,
        TickSize = Tick(details["tickSize"], price) ?? throw Missing("tickSize"),
        QuantityStep = details["lotStep"].NumberAboveZero ?? throw Missing("lotStep"),
        MinQuantity = details["minLot"].NumberAboveZero ?? throw Missing("minLot"),
        MaxQuantity = details["maxLot"].NumberAboveZero,
        ContractSize = details["lotSize"].NumberAboveZero ?? throw Missing("lotSize"),
        QuoteCurrency = details["quotingCurrency"].Text?.ToUpperInvariant(),
        QuantityUnit = QuantityUnit.Lots,
        AssetClass = AssetClassOf(Type, Symbol),
        IsTradable = TradeRoute is not null,
        NotTradableReason = TradeRoute is null ? "Your broker lists it for prices only." : null,
    };

    /// <summary>
    /// Of a list by price ranges, the row that the price falls into; without a price the coarsest, whose grid the finer ones contain.
    /// </summary>
    internal static decimal? Tick(Cell table, decimal? price)
    {
        if (!table.IsArray) return table.NumberAboveZero;
        var rows = table.Items.Select(row => (From: row["leftRangeLimit"].Number ?? decimal.MinValue,
            Tick: row["tickSize"].NumberAboveZero)).Where(row => row.Tick is not null).ToList();
        if (rows.Count == 0) return null;
        return price is { } at && rows.Where(row => row.From <= at).OrderByDescending(row => row.From).Select(row => row.Tick)
            .FirstOrDefault() is { } tick ? tick : rows.Max(row => row.Tick);
    }

    internal static string AssetClassOf(string type, string symbol) => type switch
    {
        _ when symbol.StartsWith("XAU", StringComparison.Ordinal) || symbol.StartsWith("XAG", StringComparison.Ordinal)
            || symbol.StartsWith("XPT", StringComparison.Ordinal)
            || symbol.StartsWith("XPD", StringComparison.Ordinal) || symbol is "GOLD" or "SILVER" => "metal",
        _ when symbol.Contains("OIL", StringComparison.Ordinal)
            || symbol is "WTI" or "BRENT" or "XBRUSD" or "XTIUSD" or "NATGAS" or "XNGUSD" => "commodity",
        "FOREX" => "forex",
        "CRYPTO" => "crypto",
        "INDICIES" or "INDICES" or "INDEX" => "index",
        // Index CFDs are often listed among equities: US30, NAS100, GER40 end in their number, shares do not.
        "EQUITY_CFD" or "SPREADBET" or "FUTURES_CFD" when char.IsAsciiDigit(symbol[^1]) => "index",
        "FUTURES" or "FUTURES_CFD" => "future",
        "EQUITY" or "EQUITY_CFD" or "ETF" => "stock",
        _ => "other",
    };

    private ConnectorException Missing(string name) =>
        new(ConnectorErrorKind.Protocol, string.Create(CultureInfo.InvariantCulture, $"TradeLocker tells no {name} of {Name}."));
}
