namespace TradeFlow.Platform.Insights.Figures;

/// <summary>One trade, as far as figures need it.</summary>
internal readonly record struct Counted(DateTimeOffset ExitAt, string Currency, decimal Gross, decimal Fees, decimal Net, decimal? HoldSeconds);

/// <summary>Adds trades of one currency up, in the order of their exits.</summary>
internal sealed class Tally
{
    private const int RatioDigits = 10;
    private decimal peak;

    public int Trades { get; private set; }
    public int Wins { get; private set; }
    public int Losses { get; private set; }
    public decimal GrossProfit { get; private set; }
    public decimal GrossLoss { get; private set; }
    public decimal Fees { get; private set; }
    public decimal Net { get; private set; }
    public decimal MaxDrawdown { get; private set; }

    /// <summary>Seconds from entry to exit, over the trades whose entry was seen (<see cref="HeldOf"/>).</summary>
    public decimal Held { get; private set; }
    public int HeldOf { get; private set; }

    /// <summary>Of all trades that won or lost after fees.</summary>
    public decimal? WinRate => Ratio(Wins, Wins + Losses);

    public decimal? ProfitFactor => Ratio(GrossProfit, GrossLoss);

    public decimal? Expectancy => Ratio(Net, Trades);

    public void Add(Counted trade)
    {
        Trades++;
        if (trade.Net > 0) Wins++;
        if (trade.Net < 0) Losses++;
        if (trade.Gross > 0) GrossProfit += trade.Gross;
        else GrossLoss -= trade.Gross;
        Fees += trade.Fees;
        Net += trade.Net;
        peak = Math.Max(peak, Net);
        MaxDrawdown = Math.Max(MaxDrawdown, peak - Net);
        if (trade.HoldSeconds is not { } seconds) return;
        Held += seconds;
        HeldOf++;
    }

    public static decimal? Ratio(decimal part, decimal of) => of == 0 ? null : Math.Round(part / of, RatioDigits, MidpointRounding.AwayFromZero);
}
