using System.Net;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>What happens to a request on its way.</summary>
internal enum FaultKind
{
    None = 0,
    /// <summary>The host's limiter keeps it back.</summary>
    HeldBack,
    /// <summary>Nobody listens.</summary>
    Refused,
    /// <summary>The connection is reset without an answer.</summary>
    Reset,
    /// <summary>No answer comes.</summary>
    Silence,
    /// <summary>Half of the announced body comes, then the end.</summary>
    HalfBody,
    /// <summary>Another answer than the venue's.</summary>
    Answer,
    /// <summary>The venue's own answer, late.</summary>
    Slow,
}

/// <summary>A fault, and whether the venue has seen the request when it strikes.</summary>
internal sealed record HttpFault(
    FaultKind Kind, bool Reaches = false, HttpStatusCode Status = HttpStatusCode.OK, string ContentType = "application/json",
    string Body = "", string? RetryAfter = null)
{
    private const string Page =
        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>";

    public static readonly HttpFault HeldBack = new(FaultKind.HeldBack);
    public static readonly HttpFault Refused = new(FaultKind.Refused);
    public static readonly HttpFault ResetBefore = new(FaultKind.Reset);
    public static readonly HttpFault ResetAfter = new(FaultKind.Reset, Reaches: true);
    public static readonly HttpFault SilenceBefore = new(FaultKind.Silence);
    public static readonly HttpFault SilenceAfter = new(FaultKind.Silence, Reaches: true);
    public static readonly HttpFault HalfBody = new(FaultKind.HalfBody, Reaches: true);
    public static readonly HttpFault Error500Before = new(FaultKind.Answer, false, HttpStatusCode.InternalServerError,
        Body: """{"error":"internal"}""");
    public static readonly HttpFault Error500After = Error500Before with { Reaches = true };
    public static readonly HttpFault Page502 = new(FaultKind.Answer, true, HttpStatusCode.BadGateway, "text/html", Page);
    public static readonly HttpFault Busy503 = new(FaultKind.Answer, false, HttpStatusCode.ServiceUnavailable, "text/plain",
        "Service Unavailable");
    public static readonly HttpFault TooMany = new(FaultKind.Answer, false, HttpStatusCode.TooManyRequests, "text/plain",
        "Too Many Requests", RetryAfter: "2");
    public static readonly HttpFault Unauthorized = new(FaultKind.Answer, false, HttpStatusCode.Unauthorized,
        Body: """{"message":"Unauthorized"}""");
    public static readonly HttpFault Garbage = new(FaultKind.Answer, true, Body: "{\"d\":{\"\u0001%%%");
    public static readonly HttpFault Empty = new(FaultKind.Answer, true);
    public static readonly HttpFault HtmlPage = new(FaultKind.Answer, true, ContentType: "text/html",
        Body: "<html><title>Just a moment...</title><body>Checking your browser</body></html>");
    public static readonly HttpFault Slow = new(FaultKind.Slow, Reaches: true);
}

/// <summary>Which requests a fault strikes.</summary>
internal enum FaultScope
{
    /// <summary>Orders, cancels, closes and changes.</summary>
    Commands = 0,
    /// <summary>Everything else, log-ins not.</summary>
    Queries,
    /// <summary>Everything.</summary>
    All,
}

/// <summary>A request that a connector made.</summary>
internal sealed record SentRequest(HttpMethod Method, Uri Uri, RequestClass Class, bool Once)
{
    /// <summary>
    /// Order commands are known by their class, or by the way they were sent: a connector that gets one of the two wrong is still seen.
    /// </summary>
    public bool IsCommand => Class is RequestClass.Order or RequestClass.Cancel || (Once && Class is not RequestClass.Auth);
}
