using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Mapping;

/// <summary>
/// What an answer to an order command proves. Reviewed like a treaty: a line that says Rejected or NotSent needs a reason why the order
/// cannot be at the broker; everything else is Unknown. The table for readers is in README.md.
/// </summary>
internal static class Outcomes
{
    /// <summary><c>Order/place</c>. A refusal may carry an order id: the id of what was refused, never a sign of success.</summary>
    public static OrderOutcome OfPlace(Answer answer) => answer switch
    {
        Answer.Ok { Body.OrderId: { } id and > 0 } => new OrderOutcome.Accepted(Wires.IdOf(id)),
        Answer.Ok => new OrderOutcome.Unknown("Topstep said yes and named no order."),
        _ => OfRefusal(answer, ErrorCodes.Place),
    };

    /// <summary>Every answer but success.</summary>
    public static OrderOutcome OfRefusal(Answer answer, ErrorCodes codes) => answer switch
    {
        Answer.Refused refused => OfCode(refused, codes),
        // ASP.NET turned the request away for its shape; no code of theirs has run.
        Answer.Invalid invalid => new OrderOutcome.Rejected(RejectReason.Other, "400", invalid.Words),
        // Turned away at the door, again after a log-in that worked.
        Answer.Unauthorized => new OrderOutcome.NotSent("Topstep turned the session away, also after a new log-in."),
        // No document says on which side of the order book the limiter stands.
        Answer.TooMany => new OrderOutcome.Unknown("Topstep answered with 429 (too many requests)."),
        Answer.Unreadable unreadable => new OrderOutcome.Unknown($"Topstep answered with {unreadable.What}."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static OrderOutcome OfCode(Answer.Refused refused, ErrorCodes codes)
    {
        var id = refused.OrderId is { } told ? Wires.IdOf(told) : null;
        // "…Pending" and "UnknownError" do not say that it was refused, and neither does a code that the documents do not know.
        if (codes.NameOf(refused.Code) is not { } name || codes.LeavesOpen(refused.Code)) return new OrderOutcome.Unknown(
            $"Topstep answered with code {refused.Code}{(refused.Words is null ? "" : $": {refused.Words}")}.", id);
        if (refused.Words is { } words && RejectReasons.IsTheirFailure(words)) return new OrderOutcome.Unknown($"Topstep: {words}", id);
        // Messages that are null are normal; then the code's own name is all that the broker says.
        return new OrderOutcome.Rejected(RejectReasons.Of(name, refused.Words), name, refused.Words ?? $"Topstep: {name}");
    }
}
