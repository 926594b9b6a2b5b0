using Npgsql;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>Sums over trades of one currency, as PostgreSQL adds them up.</summary>
internal sealed record Sums
{
    private const int RatioDigits = 10;

    /// <summary>The columns that <see cref="Read"/> takes, over insights.trades.</summary>
    public const string Sql = """
        count(*)::int, count(*) filter (where net_pnl > 0)::int, count(*) filter (where net_pnl < 0)::int,
        sum(greatest(gross_pnl, 0)), sum(greatest(-gross_pnl, 0)), sum(fees), sum(net_pnl),
        coalesce(sum(extract(epoch from exit_at - entry_at)), 0), count(entry_at)::int, coalesce(sum(r_multiple), 0), count(r_multiple)::int
        """;

    public required string Currency { get; init; }
    public int Trades { get; init; }
    public int Wins { get; init; }
    public int Losses { get; init; }
    public decimal GrossProfit { get; init; }
    public decimal GrossLoss { get; init; }
    public decimal Fees { get; init; }
    public decimal Net { get; init; }

    /// <summary>Seconds from entry to exit, over the trades whose entry was seen (<see cref="HeldOf"/>).</summary>
    public decimal Held { get; init; }
    public int HeldOf { get; init; }

    /// <summary>The sum of r_multiple, over the trades that have one (<see cref="MultiplesOf"/>).</summary>
    public decimal Multiples { get; init; }
    public int MultiplesOf { get; init; }

    public decimal? ProfitFactor => Ratio(GrossProfit, GrossLoss);

    public decimal? Expectancy => Ratio(Net, Trades);

    /// <param name="at">The first of the columns.</param>
    public static Sums Read(NpgsqlDataReader row, string currency, int at) => new()
    {
        Currency = currency,
        Trades = row.GetInt32(at),
        Wins = row.GetInt32(at + 1),
        Losses = row.GetInt32(at + 2),
        GrossProfit = Plain(row, at + 3),
        GrossLoss = Plain(row, at + 4),
        Fees = Plain(row, at + 5),
        Net = Plain(row, at + 6),
        Held = row.GetDecimal(at + 7),
        HeldOf = row.GetInt32(at + 8),
        Multiples = row.GetDecimal(at + 9),
        MultiplesOf = row.GetInt32(at + 10),
    };

    public static decimal? Ratio(decimal part, decimal of) =>
        of == 0 ? null : Math.Round(part / of, RatioDigits, MidpointRounding.AwayFromZero);

    /// <summary>The deepest fall of what the trades made together, in their order, from its highest before: 0 at first.</summary>
    public static decimal Drawdown(IEnumerable<decimal> nets)
    {
        var (sum, peak, deepest) = (0m, 0m, 0m);
        foreach (var net in nets)
        {
            sum += net;
            peak = Math.Max(peak, sum);
            deepest = Math.Max(deepest, peak - sum);
        }
        return deepest;
    }

    private static decimal Plain(NpgsqlDataReader row, int at) => row.GetDecimal(at) / 1.0000000000000000000000000000m;
}
