using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace TradeFlow.Simulators.Shared;

/// <summary>The name of an endpoint in faults and counters, and the limit it draws on.</summary>
public sealed record Operation(string Name, string? RateLimit = null);

/// <summary>
/// Who is calling, as far as the request tells; put there before the faults so that one account or one user alone can be struck.
/// </summary>
public interface ICaller
{
    string? AccountKey { get; }
    string? UserKey { get; }
}

/// <summary>
/// Breaks the transport on demand. What ends in <c>_before</c> never reaches the simulator's books; what ends in <c>_after</c> is booked,
/// and the answer is lost: the two look the same from the client's side.
/// </summary>
public sealed class FaultMiddleware(RequestDelegate next, FaultBook faults, CallBook calls, Func<HttpContext, ICaller?> identify)
{
    private const string GatewayPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    private const string ChallengePage = "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>";

    /// <summary>The body that Cloudflare answers with when it limits a client.</summary>
    public const string BlockedPage = "<!DOCTYPE html><html><head><title>Access denied | Cloudflare</title></head><body><h1>Error 1015</h1><h2>You are being rate limited</h2></body></html>";

    /// <summary>All kinds that this middleware knows.</summary>
    public static IEnumerable<string> Kinds => Delays.Concat(Transport);

    private static readonly HashSet<string> Delays = ["delay_ms"];
    private static readonly HashSet<string> Transport =
    [
        "timeout_before", "timeout_after", "reset_before", "reset_after", "http_500_before", "http_500_after", "http_502_html_before",
        "http_502_html_after", "http_503_before", "http_503_after", "half_body_after", "garbage_200_after", "huge_200_after",
        "empty_200_after", "html_200", "html_200_after", "429", "cloudflare_1015", "token_expired",
    ];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Operation>() is not { } operation)
        {
            await next(context);
            return;
        }

        var caller = identify(context);
        calls.Arrived(operation.Name, caller);
        if (faults.Take(Delays, operation.Name, caller) is { } delay) await WaitAsync(context, delay.Ms ?? 1000);

        var fault = faults.Take(Transport, operation.Name, caller);
        if (fault is null) await next(context);
        else await StrikeAsync(context, fault);
        calls.Answered(operation.Name, caller, context.Response.StatusCode);
    }

    // What has arrived is carried out even if the client has gone away meanwhile: so an order is booked after the timeout of the one who
    // sent it.
    private static async Task WaitAsync(HttpContext context, int milliseconds)
    {
        var arrived = new MemoryStream();
        await context.Request.Body.CopyToAsync(arrived);
        arrived.Position = 0;
        context.Request.Body = arrived;
        context.RequestAborted = CancellationToken.None;
        await Task.Delay(milliseconds);
    }

    private async Task StrikeAsync(HttpContext context, Fault fault)
    {
        var answer = fault.Kind.EndsWith("_after", StringComparison.Ordinal) ? await RunUnseenAsync(context) : [];
        switch (fault.Kind)
        {
            case "timeout_before" or "timeout_after":
                await HoldAsync(context, fault.Ms ?? 120_000);
                Reset(context);
                break;
            case "reset_before" or "reset_after":
                Reset(context);
                break;
            case "http_500_before" or "http_500_after":
                await WriteAsync(context, 500, "application/json", """{"statusCode":500,"message":"Internal server error"}""");
                break;
            case "http_503_before" or "http_503_after":
                if (fault.Ms is { } wait) context.Response.Headers.RetryAfter = $"{wait / 1000}";
                await WriteAsync(context, 503, "text/plain", "Service Unavailable");
                break;
            case "http_502_html_before" or "http_502_html_after":
                await WriteAsync(context, 502, "text/html", GatewayPage);
                break;
            case "half_body_after":
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = answer.Length;
                await context.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2));
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case "garbage_200_after":
                await WriteAsync(context, 200, "application/json", "{\"s\":\"ok\",\"d\":{\"orderId\":\u0001}}}");
                break;
            case "empty_200_after":
                await WriteAsync(context, 200, "application/json", "");
                break;
            case "huge_200_after":
                await WriteHugeAsync(context, fault.Ms ?? 50_000_000);
                break;
            case "html_200" or "html_200_after":
                await WriteAsync(context, 200, "text/html", ChallengePage);
                break;
            case "429":
                if (fault.Ms is { } retry) context.Response.Headers.RetryAfter = $"{Math.Max(1, retry / 1000)}";
                await WriteAsync(context, 429, "application/json", """{"message":"Too Many Requests"}""");
                break;
            case "cloudflare_1015":
                await WriteAsync(context, 429, "text/html", BlockedPage);
                break;
            case "token_expired":
                await WriteAsync(context, 401, "application/json", """{"statusCode":401,"message":"Unauthorized"}""");
                break;
        }
    }

    // The request is carried out to the end whether or not the client still listens: that is what "booked, but the answer is lost" means.
    private async Task<byte[]> RunUnseenAsync(HttpContext context)
    {
        var real = context.Response.Body;
        using var unseen = new MemoryStream();
        context.Response.Body = unseen;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = real;
        }
        context.Response.Headers.Clear();
        context.Response.StatusCode = 200;
        return unseen.ToArray();
    }

    private static async Task HoldAsync(HttpContext context, int milliseconds)
    {
        try
        {
            await Task.Delay(milliseconds, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client gave up first.
        }
    }

    private static void Reset(HttpContext context)
    {
        CutSocket(context.Features.Get<IConnectionSocketFeature>()?.Socket);
        context.Abort();
    }

    /// <summary>Linger 0 makes the kernel send RST instead of FIN: the client sees "connection reset by peer".</summary>
    public static void CutSocket(Socket? socket)
    {
        try
        {
            if (socket is null) return;
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (ObjectDisposedException)
        {
            // The client was faster.
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    }

    private static async Task WriteHugeAsync(HttpContext context, int bytes)
    {
        context.Response.ContentType = "application/json";
        var chunk = new byte[65_536];
        Array.Fill(chunk, (byte)' ');
        for (var sent = 0; sent < bytes && !context.RequestAborted.IsCancellationRequested; sent += chunk.Length)
            await context.Response.Body.WriteAsync(chunk);
    }
}
