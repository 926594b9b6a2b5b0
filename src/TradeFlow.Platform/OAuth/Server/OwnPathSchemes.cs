using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>
/// Keeps OpenIddict from looking at every request there is, webhooks too: <see cref="ConnectMiddleware"/> asks it for the addresses that
/// are its own.
/// </summary>
internal sealed class OwnPathSchemes(IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
{
    public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() =>
        Task.FromResult<IEnumerable<AuthenticationScheme>>([]);
}
