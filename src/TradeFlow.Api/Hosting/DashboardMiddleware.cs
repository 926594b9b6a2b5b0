using NetEscapades.AspNetCore.SecurityHeaders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// Serves the dashboard where no route answers: its files, and <c>index.html</c> for every address that its own router knows. Files whose
/// name holds a hash are kept by browsers for good; the page itself is asked for again each time.
/// </summary>
internal sealed class DashboardMiddleware(RequestDelegate next, DashboardFiles files)
{
    private const string NoncePlace = "__STYLE_NONCE__";
    // The build puts them beside each script and style sheet. Nothing is compressed here, and no answer of the API ever is: its length
    // could tell of its secrets.
    private static readonly (string Encoding, string Ending)[] Encodings = [("br", ".br"), ("gzip", ".gz")];
    private static readonly PathString[] Ours =
        ["/api", "/auth", "/register", "/webhook", "/ws", "/connect", "/.well-known", "/openapi", "/docs", "/health", "/alive"];

    public Task InvokeAsync(HttpContext http)
    {
        var path = http.Request.Path;
        if (http.GetEndpoint() is not null || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            || Ours.Any(head => path.StartsWithSegments(head)))
            return next(http);

        if (path.Value is { Length: > 1 } name and not "/index.html" && files.Find(name) is { } file) return ServeAsync(http, file);
        // A missing script must not be answered with a page.
        if (path.StartsWithSegments("/assets") || (Path.HasExtension(path.Value) && path != "/index.html")) return next(http);
        return files.Find("/index.html") is { } page ? ServePageAsync(http, page.Path) : NotBuilt().ExecuteAsync(http);
    }

    // With a nonce of its own, so it has no tag by which a browser could take an old one for the same.
    private static async Task ServePageAsync(HttpContext http, string path)
    {
        var page = await File.ReadAllTextAsync(path, http.RequestAborted);
        var text = page.Replace(NoncePlace, http.GetNonce(), StringComparison.Ordinal);
        http.Response.Headers.CacheControl = "no-cache";
        await TypedResults.Text(text, "text/html; charset=utf-8").ExecuteAsync(http);
    }

    private static Task ServeAsync(HttpContext http, (string Path, string Type) file)
    {
        http.Response.Headers.CacheControl = http.Request.Path.StartsWithSegments("/assets")
            ? "public, max-age=31536000, immutable" : "no-cache";
        var (encoding, ending) =
            Encodings.FirstOrDefault(known => Takes(http.Request, known.Encoding) && File.Exists(file.Path + known.Ending));
        if (encoding is not null) http.Response.Headers.ContentEncoding = encoding;
        http.Response.Headers.Vary = "Accept-Encoding";
        var modified = new DateTimeOffset(File.GetLastWriteTimeUtc(file.Path), TimeSpan.Zero);
        var type = file.Type is "text/html" or "text/css" or "text/javascript" or "application/javascript"
            ? file.Type + "; charset=utf-8" : file.Type;
        return TypedResults.PhysicalFile(file.Path + ending, type, lastModified: modified,
            entityTag: new($"\"{modified.UtcTicks:x}{ending}\"")).ExecuteAsync(http);
    }

    private static bool Takes(HttpRequest request, string encoding) =>
        request.GetTypedHeaders().AcceptEncoding
            .Any(offer => offer.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && offer.Quality is not 0);

    private static ContentHttpResult NotBuilt() => TypedResults.Text("""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>TradeFlow</title></head>
        <body><h1>The dashboard is not built yet</h1><p>The API works. Build the dashboard with <code>npm ci</code> and <code>npm run build</code> in <code>src/TradeFlow.Dashboard</code>,
        then load this page again. The AppHost does this by itself when it starts.</p><p><a href="/docs">API documentation</a></p></body></html>
        """, "text/html; charset=utf-8");
}
