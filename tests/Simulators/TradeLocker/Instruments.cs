using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.TradeLocker;

/// <summary>A market that the simulator makes, the same for all servers. Sizes in units of the base per lot.</summary>
internal sealed record MarketSpec(
    string Symbol, string Base, string Quote, string Type, string Description, decimal Ask, decimal Tick, decimal Spread, decimal LotSize,
    decimal Leverage);

/// <summary>A market as one server lists it, with that server's ids and name.</summary>
internal sealed record Listing(MarketSpec Market, string Name, int TradableId, int SymbolId, int TradeRoute, int InfoRoute)
{
    public const decimal LotStep = 0.01m;
    public const decimal MinLot = 0.01m;
    public const decimal MaxLot = 100m;

    public int SessionId => Market.Type is "CRYPTO" ? 2 : 1;
}

internal static class Instruments
{
    public static readonly MarketSpec[] Markets =
    [
        Forex("EURUSD", "Euro vs US Dollar", 1.09000m, 0.00001m, 0.00010m),
        Forex("GBPUSD", "Great Britain Pound vs US Dollar", 1.27000m, 0.00001m, 0.00012m),
        Forex("USDJPY", "US Dollar vs Japanese Yen", 150.000m, 0.001m, 0.010m),
        Forex("AUDUSD", "Australian Dollar vs US Dollar", 0.66000m, 0.00001m, 0.00010m),
        Forex("USDCAD", "US Dollar vs Canadian Dollar", 1.36000m, 0.00001m, 0.00013m),
        Forex("USDCHF", "US Dollar vs Swiss Franc", 0.88000m, 0.00001m, 0.00012m),
        Forex("NZDUSD", "New Zealand Dollar vs US Dollar", 0.61000m, 0.00001m, 0.00013m),
        Forex("EURJPY", "Euro vs Japanese Yen", 163.500m, 0.001m, 0.014m),
        Forex("GBPJPY", "Great Britain Pound vs Japanese Yen", 190.500m, 0.001m, 0.020m),
        Forex("EURGBP", "Euro vs Great Britain Pound", 0.85800m, 0.00001m, 0.00011m),
        new("XAUUSD", "XAU", "USD", "FOREX", "Gold vs US Dollar", 2400.00m, 0.01m, 0.25m, 100, 20),
        new("XAGUSD", "XAG", "USD", "FOREX", "Silver vs US Dollar", 29.000m, 0.001m, 0.020m, 5000, 20),
        new("BTCUSD", "BTC", "USD", "CRYPTO", "Bitcoin vs US Dollar", 64000.00m, 0.01m, 20.00m, 1, 2),
        new("ETHUSD", "ETH", "USD", "CRYPTO", "Ethereum vs US Dollar", 3200.00m, 0.01m, 1.50m, 1, 2),
        new("LTCUSD", "LTC", "USD", "CRYPTO", "Litecoin vs US Dollar", 85.00m, 0.01m, 0.20m, 1, 2),
        new("DOGEUSD", "DOGE", "USD", "CRYPTO", "Dogecoin vs US Dollar", 0.40000m, 0.00001m, 0.00040m, 1, 2),
        Index("NAS100", "USD", "US Tech 100", 18500.0m, 1.0m),
        Index("US30", "USD", "Wall Street 30", 39500.0m, 2.0m),
        Index("SPX500", "USD", "US 500", 5300.0m, 0.5m),
        Index("GER40", "EUR", "Germany 40", 18300.0m, 1.0m),
        new("USOIL", "USOIL", "USD", "FUTURES_CFD", "WTI crude oil", 78.000m, 0.001m, 0.030m, 100, 10),
    ];

    public static readonly string[] Servers = ["SIM", "SIM-2"];

    private static readonly int FirstCrypto = Array.FindIndex(Markets, market => market.Type is "CRYPTO");

    public static IEnumerable<WalkingSymbol> Walking =>
        Markets.Select(market => new WalkingSymbol(market.Symbol, market.Ask, market.Tick, market.Spread));

    // Ids and routes differ from server to server, and one name carries a brand's suffix: a client has to look them up. On the first server
    // the vendor's own client finds what its tests expect: EURUSD is 278 (315), BTCUSD is 206.
    public static Listing[] ListedOn(string server)
    {
        var second = server is "SIM-2";
        return
        [
            .. Markets.Select((market, index) => new Listing(
                market,
                second && market.Symbol is "EURUSD" ? "EURUSD.R" : market.Symbol,
                TradableId: second ? 4_100 + index * 3 : market.Type is "CRYPTO" ? 206 + (index - FirstCrypto) * 3 : 278 + index * 3,
                SymbolId: (second ? 9_000 : 315) + index,
                TradeRoute: market.Type is "CRYPTO" ? (second ? 1_842 : 742) : (second ? 1_840 : 740),
                InfoRoute: market.Type is "CRYPTO" ? (second ? 1_843 : 743) : (second ? 1_841 : 741))),
        ];
    }

    private static MarketSpec Forex(string symbol, string description, decimal ask, decimal tick, decimal spread) =>
        new(symbol, symbol[..3], symbol[3..], "FOREX", description, ask, tick, spread, 100_000, 100);

    private static MarketSpec Index(string symbol, string quote, string description, decimal ask, decimal spread) =>
        new(symbol, symbol, quote, "EQUITY_CFD", description, ask, 0.1m, spread, 1, 20);
}
