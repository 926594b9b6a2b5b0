namespace TradeFlow.Api.Hosting;

/// <summary><c>/docs</c>: a page of our own that draws the OpenAPI document. Nothing is loaded from elsewhere and no script stands in the page.</summary>
internal static class DocsPage
{
    public static void MapDocs(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapGet("/docs", () => Asset("index.html", "text/html; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/docs/docs.js", () => Asset("docs.js", "text/javascript; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/docs/docs.css", () => Asset("docs.css", "text/css; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Asset(string name, string type) =>
        typeof(DocsPage).Assembly.GetManifestResourceStream($"TradeFlow.Api.Docs.{name}") is { } stream ? TypedResults.Stream(stream, type) : TypedResults.NotFound();
}
