using System.Net;
using System.Text.Json;

namespace TradeFlow.Plugins.Topstep.Http;

/// <summary>What came back, before anybody has said what it means.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary><c>success: true</c>.</summary>
    internal sealed record Ok(Envelope Body) : Answer;

    /// <summary><c>success: false</c> with a code; the words may be missing, an order id may be there all the same.</summary>
    internal sealed record Refused(int Code, string? Words, long? OrderId) : Answer;

    /// <summary>HTTP 400 with the validation problem: the request was not let in.</summary>
    internal sealed record Invalid(string Words) : Answer;

    /// <summary>HTTP 401.</summary>
    internal sealed record Unauthorized : Answer;

    /// <summary>HTTP 429.</summary>
    internal sealed record TooMany(TimeSpan? RetryAfter) : Answer;

    /// <summary>Everything else: 5xx, another page, half of an answer.</summary>
    internal sealed record Unreadable(string What, int Status) : Answer;

    public static Answer Read(HttpStatusCode status, TimeSpan? retryAfter, string body) => status switch
    {
        HttpStatusCode.Unauthorized => new Unauthorized(),
        HttpStatusCode.TooManyRequests => new TooMany(retryAfter),
        HttpStatusCode.OK => OfEnvelope(body),
        HttpStatusCode.BadRequest when ProblemOf(body) is { } words => new Invalid(words),
        HttpStatusCode.BadRequest when OfEnvelope(body) is Refused refused => refused,
        _ => new Unreadable($"HTTP {(int)status}", (int)status),
    };

    private static Answer OfEnvelope(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, WireJson.Default.Envelope) switch
            {
                { Success: true, ErrorCode: null or 0 } envelope => new Ok(envelope),
                { Success: false, ErrorCode: { } code and not 0 } envelope => new Refused(code,
                    envelope.ErrorMessage is { Length: > 0 } words ? words : null, envelope.OrderId is > 0 ? envelope.OrderId : null),
                // Success and a code that contradict each other prove nothing.
                _ => new Unreadable("an answer of an unknown shape", 200),
            };
        }
        catch (JsonException)
        {
            return new Unreadable("an answer that cannot be read", 200);
        }
    }

    private static string? ProblemOf(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, WireJson.Default.ValidationProblem) is { Errors: { Count: > 0 } errors } problem
                ? $"{problem.Title} {string.Join(" ", errors.SelectMany(field => field.Value))}".Trim()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
