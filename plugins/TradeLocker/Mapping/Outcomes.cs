using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;

namespace TradeFlow.Plugins.TradeLocker.Mapping;

/// <summary>
/// What an answer to an order command proves. Reviewed like a treaty: a line that says Rejected or NotSent needs a reason why the order
/// cannot be at the broker; everything else is Unknown. The table for readers is in README.md and in docs/order-outcomes.md.
/// </summary>
internal static class Outcomes
{
    /// <summary>POST of an order.</summary>
    public static OrderOutcome OfPlace(Answer answer) => answer switch
    {
        Answer.Ok { Data: var data } when data["orderId"].Text is { } id => new OrderOutcome.Accepted(id),
        Answer.Ok => new OrderOutcome.Unknown("TradeLocker said ok and named no order."),
        _ => OfRefusal(answer),
    };

    /// <summary>PATCH of an order or a position: "ok" is all that TradeLocker says.</summary>
    public static OrderOutcome OfChange(Answer answer, string id) => answer switch
    {
        Answer.Ok => new OrderOutcome.Accepted(id),
        // It may have been filled or closed a moment ago: only a look-up can tell.
        Answer.Refused refused when RejectReasons.IsAbsence(refused.Words) => new OrderOutcome.Unknown(refused.Words, id),
        _ => OfRefusal(answer),
    };

    /// <summary>Every answer but "ok".</summary>
    public static OrderOutcome OfRefusal(Answer answer) => answer switch
    {
        // Words of the broker about a failure of its own do not say what became of the order.
        Answer.Refused refused when RejectReasons.IsTheirFailure(refused.Words) =>
            new OrderOutcome.Unknown($"TradeLocker: {refused.Words}"),
        // The broker's own shape with the broker's own words; a text that is not known is a refusal as well.
        Answer.Refused refused => new OrderOutcome.Rejected(RejectReasons.Of(refused.Words), "", refused.Words),
        // Turned away at the door, again after a log-in that worked: nothing behind the door has run.
        Answer.Unauthorized => new OrderOutcome.NotSent("TradeLocker turned the session away, also after a new log-in."),
        // No document says on which side of the order book the limiter stands.
        Answer.TooMany => new OrderOutcome.Unknown("TradeLocker answered with 429 (too many requests)."),
        Answer.Broken broken => new OrderOutcome.Unknown($"TradeLocker answered with {broken.What}."),
        Answer.Unreadable unreadable => new OrderOutcome.Unknown($"TradeLocker sent {unreadable.What}."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
