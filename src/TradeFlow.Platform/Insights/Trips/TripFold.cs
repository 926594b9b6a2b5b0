namespace TradeFlow.Platform.Insights.Trips;

/// <summary>Fills and positions of one account, made into round trips.</summary>
internal static class TripFold
{
    /// <param name="fills">The oldest first.</param>
    /// <param name="cuts">By symbol: where a book goes on that is not read from its beginning.</param>
    public static List<RoundTrip> Trips(
        AccountFacts account, IEnumerable<Fill> fills, IReadOnlyList<BookedPosition> positions,
        IReadOnlyDictionary<string, PointValue> values, IReadOnlyDictionary<string, Cut> cuts)
    {
        List<RoundTrip> trips = [];
        foreach (var book in fills.GroupBy(fill => (fill.Symbol, Position: account.IsNetting ? null : fill.Position)))
        {
            var isNetted = book.Key.Position is null;
            var ordered = book.AsEnumerable();
            decimal? turned = null;
            if (isNetted && cuts.GetValueOrDefault(book.Key.Symbol) is { } cut)
            {
                if (cut.Turned > 0) turned = cut.Turned;
                else ordered = ordered.Where(fill => fill.Num != cut.Fill);
            }
            var one = new TripBook(account.Id, isNetted, values.GetValueOrDefault(book.Key.Symbol), positions);
            trips.AddRange(one.Follow(ordered, turned));
        }
        foreach (var position in positions)
            if (position is { IsUntold: true, ClosedAt: { } closedAt })
                trips.Add(PositionTrip.Of(position, closedAt, values.GetValueOrDefault(position.Symbol)));
        return trips;
    }
}
