namespace TradeFlow.Platform.Insights.Trips;

/// <summary>
/// Follows the fills of one book, the oldest first, and hands out a trip whenever it is flat. A book is a symbol where its positions are
/// netted, else one position.
/// </summary>
internal sealed class TripBook(Guid account, bool isNetting, PointValue? value, IReadOnlyList<BookedPosition> positions)
{
    // The book's clock and the broker's differ, and a position is seen a moment after its fill.
    internal static readonly TimeSpan Nearly = TimeSpan.FromSeconds(5);
    private readonly List<RoundTrip> done = [];
    private OpenTrip? open;

    /// <param name="turned">The first fill has closed the trip before with a part; so much of it opens the next.</param>
    public List<RoundTrip> Follow(IEnumerable<Fill> fills, decimal? turned = null)
    {
        foreach (var fill in fills)
        {
            if (turned is { } rest) Enter(fill, rest, fill.Fees - FeesOf(fill, fill.Qty - rest));
            else Take(fill);
            turned = null;
        }
        // How much was open before anything was seen is not known: the book says when it was closed.
        if (open is { IsUnseen: true, Position.ClosedAt: not null }) End(0);
        return done;
    }

    private void Take(Fill fill)
    {
        if (open is { IsUnseen: true } unseen && !unseen.MayHave(fill)) End(0);
        if (open is null)
        {
            if (UnseenEntryOf(fill) is not { } trip)
            {
                Enter(fill, fill.Qty, fill.Fees);
                return;
            }
            open = trip;
        }
        if (fill.IsBuy == open.IsLong) Enter(fill, fill.Qty, fill.Fees);
        else Leave(fill);
    }

    private void Enter(Fill fill, decimal qty, decimal fees)
    {
        open ??= new OpenTrip(fill, fill.IsBuy, PositionOf(fill, fill.IsBuy));
        open.Enter(fill, qty, fees);
    }

    private void Leave(Fill fill)
    {
        var trip = open ?? throw new InvalidOperationException("Nothing is open that a fill could leave.");
        if (trip.IsUnseen)
        {
            trip.Leave(fill, fill.Qty, fill.Fees);
            if (trip.Position is null) End(0);
            return;
        }
        var part = Math.Min(fill.Qty, trip.Left);
        var rest = isNetting ? fill.Qty - part : 0;
        trip.Leave(fill, part, rest > 0 ? FeesOf(fill, part) : fill.Fees);
        if (trip.Left > 0) return;
        End(rest);
        if (rest > 0) Enter(fill, rest, fill.Fees - FeesOf(fill, part));
    }

    private void End(decimal turned)
    {
        if (open is { } trip) done.Add(trip.ToTrip(account, value, turned));
        open = null;
    }

    // It closes what was opened before anything was seen of the account: the broker tells a profit, or shows the position on the other
    // side.
    private OpenTrip? UnseenEntryOf(Fill fill)
    {
        var position = PositionOf(fill, !fill.IsBuy);
        var closes = fill.Pnl is not null || (!isNetting && position is not null && position.OpenedAt < fill.At - Nearly);
        return closes ? new OpenTrip(fill, !fill.IsBuy, position) { IsUnseen = true } : null;
    }

    private BookedPosition? PositionOf(Fill fill, bool isLong) => positions
        .Where(position => position.IsLong == isLong)
        .Where(position => fill.Position is null || isNetting ? position.Symbol == fill.Symbol : position.Key == fill.Position)
        .Where(position => position.OpenedAt <= fill.At + Nearly && !(position.ClosedAt < fill.At - Nearly))
        .MinBy(position => ((position.OpenedAt - fill.At).Duration(), position.Id));

    private static decimal FeesOf(Fill fill, decimal part) => Math.Round(fill.Fees * part / fill.Qty, 8);
}
