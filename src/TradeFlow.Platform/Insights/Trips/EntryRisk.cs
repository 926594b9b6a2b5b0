namespace TradeFlow.Platform.Insights.Trips;

/// <summary>What entries lose at the stops that they were sent with. A single one without a stop, and nobody knows.</summary>
internal sealed class EntryRisk(bool isLong)
{
    private decimal? points = 0;

    public void Add(decimal price, decimal? stop, decimal qty)
    {
        // A fill beyond its stop has nothing to lose on the way there.
        var way = stop is { } at ? (isLong ? price - at : at - price) : 0;
        points = way > 0 ? points + (way * qty) : null;
    }

    /// <summary>In the account's currency; <c>null</c> also where it is too small to be told.</summary>
    public decimal? Money(PointValue? value) =>
        points is { } many && value?.Money is { } point && Math.Round(many * point, 8) is > 0 and var risk ? risk : null;

    /// <summary>A profit in units of a risk.</summary>
    public static decimal? Multiple(decimal? net, decimal? risk) =>
        net is { } made && risk is { } taken ? Math.Round(made / taken, 10, MidpointRounding.AwayFromZero) : null;
}
