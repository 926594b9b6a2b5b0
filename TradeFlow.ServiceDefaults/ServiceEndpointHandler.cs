using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TradeFlow.ServiceDefaults;

/// <summary>Turns <c>http://worker</c> into the address that the AppHost hands over as <c>services__worker__http__0</c>.</summary>
internal sealed class ServiceEndpointHandler(IServiceProvider services) : DelegatingHandler
{
    private readonly IConfiguration configuration = services.GetRequiredService<IConfiguration>();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A real host name has a dot or is localhost; only a bare word can be the name of a resource.
        if (request.RequestUri is { HostNameType: UriHostNameType.Dns } uri && !uri.Host.Contains('.', StringComparison.Ordinal)
            && configuration[$"services:{uri.Host}:{uri.Scheme}:0"] is { } address)
        {
            request.RequestUri = new Uri(new Uri(address), uri.PathAndQuery);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
