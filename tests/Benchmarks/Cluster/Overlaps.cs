namespace TradeFlow.Benchmarks.Cluster;

/// <summary>
/// How many sessions of one account lived at one time. One lives from its log-in to its log-out or the end of its socket; one of a process
/// that is stopped does not while that is so, because nothing of it can reach the broker.
/// </summary>
/// <param name="Most">The largest number at one time, over all accounts.</param>
/// <param name="Accounts">How many had more than one.</param>
/// <param name="Longest">For how long at most.</param>
internal sealed record Overlaps(int Most, int Accounts, TimeSpan Longest)
{
    public static Overlaps Of(
        IEnumerable<BrokerSession> sessions, DateTimeOffset from, DateTimeOffset until,
        IReadOnlyList<(int Port, DateTimeOffset From, DateTimeOffset Until)> stopped)
    {
        var (most, accounts, longest) = (0, 0, TimeSpan.Zero);
        foreach (var account in sessions.Where(one => one.From < until && one.Until > from).GroupBy(one => one.Account))
        {
            var (live, since, over) = (0, default(DateTimeOffset), TimeSpan.Zero);
            var turns = account.SelectMany(one => Awake(one, stopped))
                .SelectMany(one => new[] { (At: one.From, By: 1), (At: one.Until, By: -1) });
            // At one moment the end comes first.
            foreach (var (at, by) in turns.OrderBy(turn => turn.At).ThenBy(turn => turn.By))
            {
                if (live > 1) over = TimeSpan.FromTicks(Math.Max(over.Ticks, (at < until ? at - since : until - since).Ticks));
                live += by;
                most = Math.Max(most, live);
                if (live == 2 && by == 1) since = at;
            }
            if (over > TimeSpan.Zero) accounts++;
            if (over > longest) longest = over;
        }
        return new Overlaps(most, accounts, longest);
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Awake(
        BrokerSession session, IReadOnlyList<(int Port, DateTimeOffset From, DateTimeOffset Until)> stopped)
    {
        var from = session.From;
        foreach (var (_, begin, end) in stopped.Where(
            one => one.Port == session.Port && one.From < session.Until && one.Until > session.From).OrderBy(one => one.From))
        {
            if (begin > from) yield return (from, begin);
            from = end;
        }
        if (from < session.Until) yield return (from, session.Until);
    }
}
