namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// Whether orders of one account may be working at the broker. PostgreSQL is asked which only where one may have begun to, and now and then
/// in any case: a person may have said of an order that it exists.
/// </summary>
internal sealed class WorkingHint
{
    private static readonly TimeSpan InAnyCase = TimeSpan.FromSeconds(15);
    private int noted = 1;
    private int none;
    private DateTimeOffset noneAt;

    /// <summary>An order works, or may do so.</summary>
    public void Note() => noted++;

    /// <returns>What <see cref="None"/> is to be told when PostgreSQL knows of none; <c>null</c> when it need not be asked.</returns>
    public int? Due(DateTimeOffset now) => noted == none && now - noneAt < InAnyCase ? null : noted;

    public void None(int asOf, DateTimeOffset now) => (none, noneAt) = (asOf, now);
}
