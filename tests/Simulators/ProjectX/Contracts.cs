using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX;

/// <summary>
/// A futures product. The root in ids is not always the exchange's ticker (ES is EP). Fees in dollars for a round turn of one contract;
/// commissions come on top of them.
/// </summary>
internal sealed record Product(
    string Ticker, string Root, string Description, decimal TickSize, decimal TickValue, decimal Price, decimal RoundTurnFee);

internal sealed record Contract(Product Product, string MonthCode, int Year, bool Active)
{
    public string Id => $"CON.F.US.{Product.Root}.{MonthCode}{Year % 100:00}";
    public string Name => $"{Product.Ticker}{MonthCode}{Year % 10}";
    public string SymbolId => $"F.US.{Product.Root}";
}

internal static class Contracts
{
    /// <summary>Dollars a contract and half-turn, seen on a live MYM trade; taken for all.</summary>
    public const decimal Commission = 0.25m;

    public static readonly Product[] Products =
    [
        new("ES", "EP", "E-mini S&P 500", 0.25m, 12.50m, 6000.00m, 2.80m),
        new("NQ", "ENQ", "E-mini NASDAQ-100", 0.25m, 5.00m, 21000.00m, 2.80m),
        new("MES", "MES", "Micro E-mini S&P 500", 0.25m, 1.25m, 6000.00m, 0.74m),
        new("MNQ", "MNQ", "Micro E-mini Nasdaq-100", 0.25m, 0.50m, 21000.00m, 0.74m),
        new("RTY", "RTY", "E-mini Russell 2000", 0.10m, 5.00m, 2300.00m, 2.80m),
        new("YM", "YM", "E-mini Dow", 1m, 5.00m, 44000m, 2.80m),
        new("MYM", "MYM", "Micro E-mini Dow", 1m, 0.50m, 44000m, 0.74m),
        new("GC", "GCE", "Gold", 0.10m, 10.00m, 2400.00m, 3.24m),
        new("MGC", "MGC", "Micro Gold", 0.10m, 1.00m, 2400.00m, 0.74m),
        new("CL", "CLE", "Crude Oil", 0.01m, 10.00m, 78.00m, 3.04m),
        new("6B", "BP6", "British Pound", 0.0001m, 6.25m, 1.2700m, 3.24m),
    ];

    public static IEnumerable<WalkingSymbol> Walking =>
        Products.Select(product => new WalkingSymbol(product.Ticker, product.Price, product.TickSize, product.TickSize));

    // The front quarter is active; the one after it is listed and is not. The roll is at the 15th of the expiry month.
    public static Contract[] ListedAt(DateTimeOffset now)
    {
        var front = now.Day >= 15 && now.Month % 3 == 0 ? now.AddMonths(1) : now;
        var first = new DateOnly(front.Year, (front.Month + 2) / 3 * 3, 1);
        return [.. Products.SelectMany(product => new[] { In(product, first, true), In(product, first.AddMonths(3), false) })];
    }

    private static Contract In(Product product, DateOnly month, bool active) =>
        new(product, month.Month switch { 3 => "H", 6 => "M", 9 => "U", _ => "Z" }, month.Year, active);
}
