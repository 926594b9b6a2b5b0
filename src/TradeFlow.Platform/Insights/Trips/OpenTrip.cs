namespace TradeFlow.Platform.Insights.Trips;

/// <summary>A trip that has begun.</summary>
internal sealed class OpenTrip(Fill first, bool isLong, BookedPosition? position)
{
    private const int Money = 8;
    private const int Price = 10;
    private readonly Slippage entrySlip = new();
    private readonly Slippage exitSlip = new();
    private readonly EntryRisk risk = new(isLong);
    private decimal entered;
    private decimal entryWorth;
    private decimal exited;
    private decimal exitWorth;
    private decimal fees;
    private decimal? told = 0;
    private Fill? last;

    /// <summary>Its entry was before anything was seen of the account.</summary>
    public bool IsUnseen { get; init; }

    public bool IsLong => isLong;

    public BookedPosition? Position => position;

    public decimal Left => entered - exited;

    /// <summary>Whether a fill can be of this trip, where nobody knows how much is left of it.</summary>
    public bool MayHave(Fill fill) => position is not null && !(position.ClosedAt < fill.At - TripBook.Nearly);

    public void Enter(Fill fill, decimal qty, decimal cost)
    {
        entered += qty;
        entryWorth += qty * fill.Price;
        fees += cost;
        last = fill;
        entrySlip.Add(fill, qty);
        risk.Add(fill.Price, fill.Stop, qty);
    }

    public void Leave(Fill fill, decimal qty, decimal cost)
    {
        exited += qty;
        exitWorth += qty * fill.Price;
        fees += cost;
        told += fill.Pnl;
        last = fill;
        exitSlip.Add(fill, qty);
    }

    public RoundTrip ToTrip(Guid account, PointValue? value, decimal turned)
    {
        var end = last ?? first;
        var net = told ?? Reckoned(value) ?? position?.RealizedPnl;
        var taken = IsUnseen ? null : risk.Money(value);
        return new RoundTrip
        {
            Id = RoundTrip.IdOf(account, first.Key),
            Symbol = end.Symbol,
            Side = isLong ? "BUY" : "SELL",
            Qty = IsUnseen ? exited : entered,
            EntryAt = IsUnseen ? position?.OpenedAt : first.At,
            EntryPrice = IsUnseen ? position?.EntryPrice : Math.Round(entryWorth / entered, Price),
            ExitAt = end.At,
            ExitPrice = Math.Round(exitWorth / exited, Price),
            GrossPnl = net + fees,
            Fees = fees,
            NetPnl = net,
            Risk = taken,
            RMultiple = EntryRisk.Multiple(net, taken),
            SlippageTicks = Slippage.Ticks(value, entrySlip, exitSlip),
            SlippageMoney = Slippage.Money(value, entrySlip, exitSlip),
            Strategy = IsUnseen ? position?.Strategy : first.Strategy,
            WebhookId = IsUnseen ? position?.Webhook : first.Webhook,
            PositionId = position?.Id,
            FirstFill = first.Num,
            LastFill = end.Num,
            Turned = turned,
        };
    }

    // By the prices, where the broker does not tell it.
    private decimal? Reckoned(PointValue? value)
    {
        if (IsUnseen || entered != exited || value?.Money is not { } point) return null;
        return Math.Round((exitWorth - entryWorth) * point * (isLong ? 1 : -1), Money) - fees;
    }
}
