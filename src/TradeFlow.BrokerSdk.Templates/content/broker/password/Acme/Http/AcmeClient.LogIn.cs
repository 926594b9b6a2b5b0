using System.Net;
using System.Net.Http.Headers;
using TradeFlow.BrokerSdk;

namespace Acme.Http;

/// <summary>The token is on each request. A request that is turned away with it is made once more with another.</summary>
internal sealed partial class AcmeClient
{
    private readonly AcmeToken tokens = new(api);

    /// <exception cref="ConnectorException">There is no token and none could be got.</exception>
    public async Task EnsureLoggedInAsync(CancellationToken ct) => _ = await tokens.TokenAsync(context, ct);

    private async ValueTask SignAsync(HttpRequestMessage request, CancellationToken ct) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.TokenAsync(context, ct));

    private async Task RenewAsync(HttpRequestMessage refused, CancellationToken ct) =>
        _ = await tokens.RenewAsync(refused.Headers.Authorization?.Parameter, context, ct);

    private async Task<HttpResponseMessage> GetAsync(string path, RequestClass requestClass, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(api, path));
            await SignAsync(request, ct);
            var response = await AskAsync(request, requestClass, ct);
            if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
            response.Dispose();
            if (attempt == 2) throw new ConnectorException(ConnectorErrorKind.Authentication, "Acme ends the session again and again.");
            await RenewAsync(request, ct);
        }
    }
}
