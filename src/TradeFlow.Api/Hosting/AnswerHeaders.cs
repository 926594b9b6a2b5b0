using System.Diagnostics;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>The request's id and the headers that keep a browser safe, on every answer.</summary>
internal sealed class AnswerHeaders(RequestDelegate next, IHostEnvironment environment, PublicAddress address)
{
    // Up to the styles that one page lets in by its nonce.
    private const string PolicyHead = "default-src 'self'; script-src 'self'; style-src 'self'";

    // 'self' is the socket of this origin, too. No text becomes code: nothing of ours writes HTML, and no policy of trusted types is there to
    // be borrowed.
    private const string PolicyTail =
        "; img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; " +
        "form-action 'self' https://checkout.stripe.com https://billing.stripe.com; require-trusted-types-for 'script'; " +
        "trusted-types 'none'";

    private static readonly PathString[] NeverStored = ["/api", "/auth", "/register", "/webhook"];

    public Task InvokeAsync(HttpContext http)
    {
        // The trace id is in every log line and span already: the same id in the answer leads there.
        http.TraceIdentifier = Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("N");
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers["X-Request-Id"] = http.TraceIdentifier;
            var ofThisPage = StyleNonce.Find(http) is { } nonce ? $" 'nonce-{nonce}'" : "";
            headers.ContentSecurityPolicy = PolicyHead + ofThisPage + PolicyTail;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()";
            if (address.IsHttps(http.Request) && (address.Url is not null || !environment.IsDevelopment()))
                headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            if (headers.CacheControl.Count == 0 && NeverStored.Any(head => http.Request.Path.StartsWithSegments(head))) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(http);
    }
}
