using System.Diagnostics;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// What no list of headers can say, since it depends on the request: its id, whether to come by https only, and whether to store the
/// answer.
/// </summary>
internal sealed class AnswerHeaders(RequestDelegate next, IHostEnvironment environment, PublicAddress address)
{
    private static readonly PathString[] NeverStored = ["/api", "/auth", "/register", "/webhook", "/connect"];

    public Task InvokeAsync(HttpContext http)
    {
        // The trace id is in every log line and span already: the same id in the answer leads there.
        http.TraceIdentifier = Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("N");
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers["X-Request-Id"] = http.TraceIdentifier;
            if (address.IsHttps(http.Request) && (address.Url is not null || !environment.IsDevelopment()))
                headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            if (headers.CacheControl.Count == 0 && NeverStored.Any(head => http.Request.Path.StartsWithSegments(head)))
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(http);
    }
}
