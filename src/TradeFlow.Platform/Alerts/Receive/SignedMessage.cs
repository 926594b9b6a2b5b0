using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>Whether a message is signed as its account asks for.</summary>
internal static class SignedMessage
{
    // An id of a signal is no longer.
    private const int LongestId = 200;

    public static SignatureHeaders HeadersOf(HttpRequest request)
    {
        // Twice is none: nobody can tell which one its sender means.
        string? One(string name) => request.Headers[name] is [{ } value] ? value.Trim() : null;
        return new SignatureHeaders(One(StandardWebhook.IdHeader), One(StandardWebhook.TimestampHeader),
            One(StandardWebhook.SignatureHeader));
    }

    /// <returns>What is wrong with it, in words; <c>null</c> when it may go on.</returns>
    public static string? FaultOf(WebhookRequest request, SigningKeys? keys, DateTimeOffset now)
    {
        // Of a message that did not come whole nothing is executed anyway, and its signature cannot be told.
        if (keys is null || request.IsTooLarge || request.BrokenOff is not null) return null;
        if (request.Signed.Id is { Length: > LongestId }) return $"webhook-id has more than {LongestId} characters.";
        return StandardWebhook.Check(keys.At(now), request.Signed, request.Body.Span, now) switch
        {
            SignatureVerdict.Good => null,
            SignatureVerdict.Missing =>
                "This account takes signed messages only: webhook-id, webhook-timestamp and webhook-signature each once.",
            SignatureVerdict.Old =>
                "webhook-timestamp is more than 5 minutes away from now: send the time of each attempt in seconds, and check the sender's clock.",
            _ => "webhook-signature does not fit the message: sign id.timestamp.body, byte by byte as it is sent, with this account's secret.",
        };
    }
}
