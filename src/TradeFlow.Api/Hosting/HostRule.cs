using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// With a <c>PublicUrl</c>, requests for any other host are not for us. Probes of health may name us as they like: they are answered
/// nothing that depends on it.
/// </summary>
internal sealed class HostRule(RequestDelegate next, PublicAddress address)
{
    private static readonly PathString[] Probes = ["/health", "/alive"];

    public Task InvokeAsync(HttpContext http) =>
        address.Serves(http.Request.Host)
        || Probes.Any(probe => http.Request.Path.Equals(probe, StringComparison.Ordinal))
        ? next(http)
        : StatusAnswers.Of(StatusCodes.Status421MisdirectedRequest).ExecuteAsync(http);
}
