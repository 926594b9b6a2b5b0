namespace TradeFlow.Api.Hosting;

/// <summary>
/// The gateway's address of every route: <c>/api/unify/v1/webhook/x</c> is <c>/webhook/x</c>, <c>/api/unify/v1/api/positions</c> is
/// <c>/api/positions</c>.
/// </summary>
internal sealed class GatewayPrefix(RequestDelegate next)
{
    private static readonly PathString Prefix = "/api/unify/v1";
    private static readonly PathString[] Served = ["/api", "/register", "/webhook"];

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments(Prefix, out var rest) && Served.Any(head => rest.StartsWithSegments(head))
            && !rest.StartsWithSegments(Prefix))
            http.Request.Path = rest;
        return next(http);
    }
}
