using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Http;

/// <summary>
/// What a query or a log-in throws. Never used for an order command, where the same events mean something else (Mapping/Outcomes.cs).
/// </summary>
internal static class Failures
{
    public static ConnectorException Of(Answer answer) => answer switch
    {
        // Only after a new log-in has just worked: the key is fine, so this is no reason to ask the user for it.
        Answer.Unauthorized => new("Topstep turns a fresh session away."),
        Answer.TooMany tooMany =>
            new(ConnectorErrorKind.RateLimited, "Topstep asks for fewer requests.") { RetryAfter = tooMany.RetryAfter },
        Answer.Refused refused => new(ConnectorErrorKind.Protocol,
            $"Topstep refused a query with code {refused.Code}{(refused.Words is null ? "." : $": {refused.Words}")}"),
        Answer.Invalid invalid => new(ConnectorErrorKind.Protocol, invalid.Words),
        Answer.Unreadable { Status: 403 } => new(ConnectorErrorKind.Permission, "Topstep does not allow this request."),
        Answer.Unreadable { Status: 200 } unreadable => new(ConnectorErrorKind.Protocol, $"Topstep sent {unreadable.What}."),
        Answer.Unreadable unreadable => new($"Topstep answered with {unreadable.What}."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
