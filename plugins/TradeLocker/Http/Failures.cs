using System.Net;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>
/// What a query or a log-in throws. Never used for an order command, where the same events mean something else (Mapping/Outcomes.cs).
/// </summary>
internal static class Failures
{
    public static ConnectorException Of(Answer answer) => answer switch
    {
        // Only after a new log-in has just worked: the credentials are fine, so this is no reason to ask the user for them.
        Answer.Unauthorized => new(ConnectorErrorKind.Transient, "TradeLocker turns a fresh session away."),
        Answer.TooMany tooMany =>
            new(ConnectorErrorKind.RateLimited, "TradeLocker asks for fewer requests.") { RetryAfter = tooMany.RetryAfter },
        Answer.Refused { Status: 403 } refused => new(ConnectorErrorKind.Permission, refused.Words),
        Answer.Refused { Status: 404 } refused => new(ConnectorErrorKind.NotFound, refused.Words),
        Answer.Refused refused => new(ConnectorErrorKind.Protocol, refused.Words),
        Answer.Broken broken => new(ConnectorErrorKind.Transient, $"TradeLocker answered with {broken.What}."),
        Answer.Unreadable { Status: 403 } => new(ConnectorErrorKind.Permission, "TradeLocker does not allow this request."),
        Answer.Unreadable { Status: 404 } => new(ConnectorErrorKind.NotFound, "TradeLocker does not know this address."),
        Answer.Unreadable unreadable => new(ConnectorErrorKind.Protocol, $"TradeLocker sent {unreadable.What}."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static ConnectorException Of(HttpStatusCode status, TimeSpan? retryAfter, string body) =>
        Answer.Read(status, retryAfter, body) is var answer and not Answer.Ok
            ? Of(answer)
            : new ConnectorException(ConnectorErrorKind.Protocol, $"TradeLocker answered with HTTP {(int)status}.");
}
