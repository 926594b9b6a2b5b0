using System.Net;

namespace TradeFlow.Simulators.Shared;

/// <summary>The control API does not exist for other machines.</summary>
public sealed class LoopbackOnly : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            ? await next(context) : Results.NotFound();
}
