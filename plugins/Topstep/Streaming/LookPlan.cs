using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Streaming;

/// <summary>What is to be read of the account beside its hub.</summary>
internal enum Due
{
    Nothing,

    /// <summary>The open positions: one call.</summary>
    Check,

    /// <summary>
    /// The same, right after a connection, while reads are kept back: what happened between the two connections is told by nobody. It
    /// counts with the log-ins.
    /// </summary>
    Recheck,

    /// <summary>Everything: <see cref="StreamAllowance.LookCost"/> calls.</summary>
    Look,
}

/// <summary>
/// When the account is read beside its hub. A check is cheap and keeps the positions right whatever the hub does: it may be away, be cut
/// the moment it is back, or be open and say nothing. A look brings fills, orders and money too; it follows a link that lives, and every
/// check that found something else than the hub had told. The times grow with the user's streams, which share one limit. A reading counts
/// for what happened before it began.
/// </summary>
internal sealed class LookPlan(TimeProvider clock, StreamAllowance allowance, Func<int> streams)
{
    private static readonly TimeSpan AfterNews = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ChecksInTheDark = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ChecksBesideTheHub = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LooksInTheDark = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenRechecks = TimeSpan.FromSeconds(15);

    // A link that is cut sooner is not worth a look: the next one would need another.
    private static readonly TimeSpan Lives = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan OutageOver = TimeSpan.FromSeconds(15);

    private DateTimeOffset upSince;
    private DateTimeOffset lookedAt;
    private DateTimeOffset checkedAt;
    private DateTimeOffset lookWanted;
    private DateTimeOffset checkWanted;
    private DateTimeOffset lookDue = DateTimeOffset.MaxValue;
    private DateTimeOffset checkDue = DateTimeOffset.MaxValue;
    private DateTimeOffset notBefore;
    private DateTimeOffset recheckedAt;
    private bool outage;
    private bool failed;

    public bool IsUp { get; private set; }

    /// <summary>The hub is up and all was read since it is: nothing is known of that the hub did not tell.</summary>
    public bool IsWhole => IsUp && lookedAt >= upSince && lookDue == DateTimeOffset.MaxValue;

    /// <summary>Nothing has been read since the hub is connected.</summary>
    public bool IsNewLink => IsUp && checkedAt < upSince;

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The hub is connected; what happened before is not told by it.</summary>
    public void Up()
    {
        (IsUp, upSince) = (true, Now);
        WantCheck(Later(Now, checkedAt + Shared(BetweenChecks)));
        (lookWanted, lookDue) = (Now, Later(Now + Lives, lookedAt + Shared(BetweenLooks)));
    }

    /// <returns>True when this begins an outage. One that comes soon after another belongs to it.</returns>
    public bool Down()
    {
        var begins = !outage;
        (IsUp, outage) = (false, true);
        WantCheck(Later(Now, checkedAt + Shared(ChecksInTheDark)));
        (lookWanted, lookDue) = (Now, Later(Now, lookedAt + Shared(LooksInTheDark)));
        return begins;
    }

    /// <summary>The hub told something of a position: fills were reported missed while it was degraded.</summary>
    public void News() => WantCheck(Now + AfterNews);

    /// <summary>Something happened that the hub did not tell.</summary>
    public void Surprise() => (lookWanted, lookDue) = (Now, Earlier(lookDue, Later(Now, lookedAt + Shared(BetweenLooks))));

    /// <summary>What to read now; it counts as read.</summary>
    public Due Take()
    {
        if (outage && IsUp && lookedAt >= upSince && Now - upSince >= OutageOver) outage = false;
        if (Now < notBefore) return IsNewLink && Now - recheckedAt >= BetweenRechecks ? Recheck() : Due.Nothing;
        // After a failure one call finds out whether the gateway answers again.
        if (Now >= lookDue && !failed && allowance.TryTakeLook(Now)) return Due.Look;
        return (Now >= checkDue || failed) && allowance.TryTakeCheck(Now) ? Due.Check : Due.Nothing;
    }

    /// <param name="begun">When it was asked.</param>
    public void Looked(DateTimeOffset begun)
    {
        lookedAt = Later(lookedAt, begun);
        if (begun >= lookWanted) lookDue = IsUp ? DateTimeOffset.MaxValue : lookedAt + Shared(LooksInTheDark);
        Checked(begun);
    }

    /// <param name="begun">When it was asked.</param>
    public void Checked(DateTimeOffset begun)
    {
        (checkedAt, failed) = (Later(checkedAt, begun), false);
        var next = checkedAt + (IsUp ? Later(ChecksBesideTheHub, Shared(ChecksInTheDark)) : Shared(ChecksInTheDark));
        checkDue = begun >= checkWanted ? next : Earlier(checkDue, next);
    }

    /// <param name="asked">How long the gateway wants to be left alone.</param>
    public void Failed(TimeSpan? asked)
    {
        failed = true;
        notBefore = Now + Later(Shared(AfterFailure), asked ?? TimeSpan.Zero);
        // A look that fails where checks do not is not tried after each of them.
        if (Now >= lookDue) lookDue = Now + Shared(LooksInTheDark);
    }

    private Due Recheck()
    {
        recheckedAt = Now;
        return Due.Recheck;
    }

    private void WantCheck(DateTimeOffset due) => (checkWanted, checkDue) = (Now, Earlier(checkDue, due));

    private TimeSpan Shared(TimeSpan alone) => alone * Math.Max(1, streams());

    private static T Earlier<T>(T one, T other) where T : IComparable<T> => one.CompareTo(other) <= 0 ? one : other;

    private static T Later<T>(T one, T other) where T : IComparable<T> => one.CompareTo(other) >= 0 ? one : other;
}
