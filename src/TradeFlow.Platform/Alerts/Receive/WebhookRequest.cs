using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>One call as it came in: the body, what it says, and every key that it names.</summary>
internal sealed class WebhookRequest
{
    public const int LargestBody = 64 * 1024;
    private const string Bearer = "Bearer ";
    private static readonly string[] KeyNames = ["key", "api_key", "apikey", "api-key", "token", "secret"];

    public required ReadOnlyMemory<byte> Body { get; init; }
    public required bool IsTooLarge { get; init; }

    /// <summary>
    /// The status of a body that did not come to its end; <c>null</c> when it did. Nothing of such a message is executed.
    /// </summary>
    public required int? BrokenOff { get; init; }

    /// <summary>How long the body is by its sender's word, or as far as it was read.</summary>
    public required long Length { get; init; }
    public required AlertReading Alert { get; init; }

    /// <summary>It was understood, and only gets out.</summary>
    public bool IsExit => Alert is { Errors: null, Intent.IsExit: true };
    public required string Method { get; init; }

    /// <summary>As sent, key and all: mask it before it is kept.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The one key of the request; <c>null</c> when there is none, when two differ, or when it stands in the query, where it ends up in
    /// logs.
    /// </summary>
    public required string? Key { get; init; }

    /// <summary>What it is signed with, where it is.</summary>
    public required SignatureHeaders Signed { get; init; }

    /// <summary>All that was sent as a key or is another tool's secret, to be masked.</summary>
    public required IReadOnlyList<string> NamedKeys { get; init; }

    /// <summary>Never fails: a sender that goes while it is read has been somebody all the same.</summary>
    public static async Task<WebhookRequest> ReadAsync(HttpContext http, string? pathKey, DialectList dialects)
    {
        var (body, tooLarge, brokenOff) = await ReadBodyAsync(http.Request, http.RequestAborted);
        var alert = dialects.Read(body.Span);
        List<string> named = [.. alert.Keys];
        if (!string.IsNullOrWhiteSpace(pathKey)) named.Add(pathKey.Trim());
        foreach (var header in http.Request.Headers.Authorization)
            if (header is not null && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
                named.Add(header[Bearer.Length..].Trim());
        var key = named.Count > 0 && named.TrueForAll(other => other == named[0]) ? named[0] : null;
        var inQuery = false;
        foreach (var (name, values) in http.Request.Query)
        {
            if (!KeyNames.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            inQuery = true;
            named.AddRange(values.OfType<string>());
        }
        named.AddRange(alert.Secrets);
        return new WebhookRequest
        {
            Body = body,
            IsTooLarge = tooLarge,
            BrokenOff = brokenOff,
            Length = Math.Max(body.Length, http.Request.ContentLength ?? 0),
            Alert = alert,
            Method = http.Request.Method,
            Path = http.Request.Path.Value ?? "",
            Key = inQuery ? null : key,
            NamedKeys = named,
            Signed = SignedMessage.HeadersOf(http.Request),
        };
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool TooLarge, int? BrokenOff)> ReadBodyAsync(
        HttpRequest request, CancellationToken ct)
    {
        // The first bytes of a body that is too large are read as well: they go into the log.
        var expected = request.ContentLength is { } length ? (int)Math.Min(length, LargestBody) : 1024;
        var buffer = new byte[Math.Max(expected, 1)];
        var filled = 0;
        try
        {
            while (true)
            {
                if (filled == buffer.Length)
                {
                    if (filled > LargestBody) return (buffer.AsMemory(0, LargestBody), true, null);
                    if (filled == request.ContentLength) break;
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, LargestBody + 1));
                }
                var read = await request.Body.ReadAsync(buffer.AsMemory(filled), ct);
                if (read == 0) break;
                filled += read;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            var status = (e as BadHttpRequestException)?.StatusCode;
            if (status == StatusCodes.Status413PayloadTooLarge) return (buffer.AsMemory(0, filled), true, null);
            return (buffer.AsMemory(0, Math.Min(filled, LargestBody)), false, status == StatusCodes.Status408RequestTimeout
                ? status : StatusCodes.Status499ClientClosedRequest);
        }
        return (buffer.AsMemory(0, Math.Min(filled, LargestBody)), filled > LargestBody, null);
    }
}
