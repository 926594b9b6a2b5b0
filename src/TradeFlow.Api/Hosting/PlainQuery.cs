using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// PostgreSQL has no NUL in texts, and no value of ours has one: it is named before anything is asked. Webhooks and sockets take nothing
/// but their own parameters.
/// </summary>
internal sealed class PlainQuery(RequestDelegate next)
{
    private static readonly PathString[] Read = ["/api", "/register", "/auth"];

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) ?? true) return next(http);
        if (!Read.Any(head => http.Request.Path.StartsWithSegments(head))) return next(http);
        var fields = http.Request.Query.Where(entry => HasNul(entry.Key) || entry.Value.Any(HasNul))
            .Select(entry => entry.Key.Replace("\0", "", StringComparison.Ordinal));
        return Problem.Invalid(fields.ToDictionary(field => field, _ => new[] { "A NUL character has no place here." })).ExecuteAsync(http);
    }

    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) ?? false;
}
