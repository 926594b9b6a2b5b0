using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>PostgreSQL has no NUL in texts, and no value of ours has one: it is named before anything is asked. Webhooks and sockets take nothing but their own parameters.</summary>
internal sealed class PlainQuery(RequestDelegate next)
{
    private static readonly PathString[] Read = ["/api", "/register", "/auth"];

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) ?? true) return next(http);
        if (!Read.Any(head => http.Request.Path.StartsWithSegments(head))) return next(http);
        var odd = http.Request.Query.Where(entry => entry.Key.Contains('\0', StringComparison.Ordinal) || entry.Value.Any(value => value?.Contains('\0', StringComparison.Ordinal) ?? false));
        return Problem.Invalid(odd.ToDictionary(entry => entry.Key.Replace("\0", "", StringComparison.Ordinal), _ => new[] { "A NUL character has no place here." })).ExecuteAsync(http);
    }
}
