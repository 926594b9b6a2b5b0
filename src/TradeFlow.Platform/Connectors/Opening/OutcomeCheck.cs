using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>
/// Checks what a plugin answers to an order command. Nonsense proves nothing, so it is an unknown outcome: never a refusal, never "not
/// sent". An id of the broker that can be used is kept, because the order is looked up by it.
/// </summary>
internal static class OutcomeCheck
{
    public static OrderOutcome Of(OrderOutcome? outcome, AnswerCheck check) => outcome switch
    {
        null => Nonsense("no outcome at all"),
        OrderOutcome.Accepted accepted => Accepted(accepted, check),
        OrderOutcome.Rejected { BrokerText: { } text, BrokerCode: { } code } refused when AreWords(text) && ForeignText.IsPlain(code) =>
            new OrderOutcome.Rejected(refused.Reason, ForeignText.Clean(code, 100), AnswerCheck.Words(text)),
        OrderOutcome.Rejected => Nonsense("a refusal without the broker's words, or with words that are no text"),
        OrderOutcome.NotSent { Why: { } why } when AreWords(why) => new OrderOutcome.NotSent(AnswerCheck.Words(why)),
        OrderOutcome.NotSent => Nonsense("\"not sent\" without a proof in words"),
        OrderOutcome.Unknown unknown =>
            new OrderOutcome.Unknown(AnswerCheck.Words(unknown.Cause), AnswerCheck.IsId(unknown.BrokerOrderId)
                ? unknown.BrokerOrderId
                : null),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Of a cancel the id may be empty: which order it was is known.
    private static OrderOutcome Accepted(OrderOutcome.Accepted accepted, AnswerCheck check)
    {
        if (accepted.BrokerOrderId is not "" && !AnswerCheck.IsId(accepted.BrokerOrderId))
            return Nonsense("an order id that is no plain text");
        try
        {
            return accepted.Report is { } report ? accepted with { Report = check.Order(report) } : accepted;
        }
        catch (NonsenseException e)
        {
            return Nonsense(e.Message, accepted.BrokerOrderId);
        }
    }

    private static bool AreWords(string words) => !string.IsNullOrWhiteSpace(words) && ForeignText.AreWords(words);

    private static OrderOutcome.Unknown Nonsense(string what, string? brokerOrderId = null) =>
        new($"The connector answered what cannot be: {what}.", brokerOrderId is { Length: > 0 } ? brokerOrderId : null);
}
