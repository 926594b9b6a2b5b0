using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using TradeFlow.BrokerSdk;

namespace Acme.Http;

/// <summary>
/// Each request carries the API key, the time, and a signature of both with the request itself, made with the secret. The secret never
/// leaves.
/// </summary>
internal sealed partial class AcmeClient
{
    // The broker's recipe: HMAC-SHA256 over time, method, path with query, and body, a line each; in small hexadecimal letters.
    private async ValueTask SignAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var time = context.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(ct);
        var text = $"{time}\n{request.Method}\n{request.RequestUri!.PathAndQuery}\n{body}"; // every request here is made with an address
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(context.Credentials["secret"].Reveal()), Encoding.UTF8.GetBytes(text));
        request.Headers.Add("X-Api-Key", context.Credentials["key"].Reveal());
        request.Headers.Add("X-Time", time);
        request.Headers.Add("X-Signature", Convert.ToHexStringLower(signature));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, RequestClass requestClass, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At(api, path));
        await SignAsync(request, ct);
        var response = await AskAsync(request, requestClass, ct);
        if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
        response.Dispose();
        throw new ConnectorException(ConnectorErrorKind.Authentication, "Acme refuses the API key and secret.");
    }
}
