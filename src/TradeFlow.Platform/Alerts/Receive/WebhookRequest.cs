using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Alerts.Dialects;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>One call as it came in: the body, what it says, and every key that it names.</summary>
internal sealed class WebhookRequest
{
    public const int LargestBody = 64 * 1024;
    private const string Bearer = "Bearer ";
    private static readonly string[] KeyNames = ["key", "api_key", "apikey", "api-key", "token", "secret"];

    public required ReadOnlyMemory<byte> Body { get; init; }
    public required bool IsTooLarge { get; init; }
    public required AlertReading Alert { get; init; }
    public required string Method { get; init; }

    /// <summary>As sent, key and all: mask it before it is kept.</summary>
    public required string Path { get; init; }

    /// <summary>The one key of the request; <c>null</c> when there is none, when two differ, or when it stands in the query, where it ends up in logs.</summary>
    public required string? Key { get; init; }

    /// <summary>All that was sent as a key, to be masked.</summary>
    public required IReadOnlyList<string> NamedKeys { get; init; }

    public static async Task<WebhookRequest> ReadAsync(HttpContext http, string? pathKey, DialectList dialects, CancellationToken ct)
    {
        var (body, tooLarge) = await ReadBodyAsync(http.Request, ct);
        var alert = dialects.Read(body.Span);
        List<string> named = [.. alert.Keys];
        if (!string.IsNullOrEmpty(pathKey)) named.Add(pathKey);
        foreach (var header in http.Request.Headers.Authorization)
            if (header is not null && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) named.Add(header[Bearer.Length..].Trim());
        var key = named.Count > 0 && named.TrueForAll(other => other == named[0]) ? named[0] : null;
        var inQuery = false;
        foreach (var (name, values) in http.Request.Query)
        {
            if (!KeyNames.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            inQuery = true;
            named.AddRange(values.OfType<string>());
        }
        return new WebhookRequest
        {
            Body = body,
            IsTooLarge = tooLarge,
            Alert = alert,
            Method = http.Request.Method,
            Path = http.Request.Path.Value ?? "",
            Key = inQuery ? null : key,
            NamedKeys = named,
        };
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool TooLarge)> ReadBodyAsync(HttpRequest request, CancellationToken ct)
    {
        // The first bytes of a body that is too large are read as well: they go into the log.
        var expected = request.ContentLength is { } length ? (int)Math.Min(length, LargestBody) : 1024;
        var buffer = new byte[Math.Max(expected, 1)];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                if (filled > LargestBody) return (buffer.AsMemory(0, LargestBody), true);
                if (filled == request.ContentLength) break;
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, LargestBody + 1));
            }
            var read = await request.Body.ReadAsync(buffer.AsMemory(filled), ct);
            if (read == 0) break;
            filled += read;
        }
        return (buffer.AsMemory(0, Math.Min(filled, LargestBody)), filled > LargestBody);
    }
}
