using System.Net;
using System.Text.Json;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>What an HTTP answer of <c>/trade/*</c> says, before anybody decides what it means.</summary>
internal abstract record Answer
{
    private Answer() { }

    /// <summary><c>{"s":"ok","d":…}</c>, or <c>{"s":"no_data"}</c> with no data.</summary>
    public sealed record Ok(Cell Data) : Answer;

    /// <summary>The broker's own words, in its own shape: <c>{"s":"error","errmsg":…}</c>, with whatever HTTP status.</summary>
    public sealed record Refused(string Words, int Status) : Answer;

    /// <summary>401: the token was turned away at the door, so nothing behind it has run.</summary>
    public sealed record Unauthorized : Answer;

    /// <summary>429, from the API or from Cloudflare in front of it.</summary>
    public sealed record TooMany(TimeSpan? RetryAfter) : Answer;

    /// <summary>A server or a proxy failed: 5xx, or a page where JSON belongs.</summary>
    public sealed record Broken(string What, int Status) : Answer;

    /// <summary>An answer that is none of the shapes above.</summary>
    public sealed record Unreadable(string What, int Status) : Answer;

    /// <summary>
    /// Tests <c>s</c> before it looks at anything else. The error shape counts only below 500: a 5xx with words in it proves nothing.
    /// </summary>
    public static Answer Read(HttpStatusCode statusCode, TimeSpan? retryAfter, string body)
    {
        var status = (int)statusCode;
        if (status == 401) return new Unauthorized();
        if (status == 429 || IsBlockedPage(body)) return new TooMany(retryAfter);
        if (status >= 500) return new Broken($"HTTP {status}", status);
        if (body.AsSpan().TrimStart().StartsWith("<")) return new Broken($"a web page instead of data (HTTP {status})", status);
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = new Cell(document.RootElement);
            return root["s"].Text switch
            {
                "ok" when status is >= 200 and < 300 =>
                    new Ok(new Cell(root["d"].Value.ValueKind is JsonValueKind.Undefined ? default : root["d"].Value.Clone())),
                "no_data" when status is >= 200 and < 300 => new Ok(default),
                // An error without words is not the broker refusing something: nobody could tell the user what.
                "error" when root["errmsg"].Text is { Length: > 0 } words => new Refused(words, status),
                "error" => new Unreadable($"an error without a reason (HTTP {status})", status),
                _ => new Unreadable($"an answer of an unknown shape (HTTP {status})", status),
            };
        }
        catch (JsonException)
        {
            return new Unreadable($"an answer that is no JSON (HTTP {status})", status);
        }
    }

    private static bool IsBlockedPage(string body) =>
        body.Contains("Error 1015", StringComparison.Ordinal) && body.Contains("Cloudflare", StringComparison.OrdinalIgnoreCase);
}
