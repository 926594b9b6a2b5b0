namespace TradeFlow.Platform.Outgoing.Contracts;

/// <summary>How one attempt to send a message ended.</summary>
internal abstract record SendOutcome
{
    private SendOutcome() { }

    public sealed record Delivered : SendOutcome;

    /// <summary>Tried again later, for a day.</summary>
    /// <param name="Reason">A sentence for whoever looks at the log, without secrets.</param>
    public sealed record Failed(string Reason) : SendOutcome;

    /// <summary>Not now: no attempt was made, and the day of attempts begins then.</summary>
    public sealed record Later(DateTimeOffset Until) : SendOutcome;

    /// <summary>There is nobody to send it to any more.</summary>
    public sealed record GivenUp(string Reason) : SendOutcome;
}
