using System.Net.Http.Headers;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>Addresses and bodies of requests.</summary>
internal static class Endpoint
{
    public static HttpRequestMessage Request(HttpMethod method, Uri baseUrl, string path)
    {
        var request = new HttpRequestMessage(method, new Uri($"{baseUrl.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        // Cloudflare stands in front, and a client without a name looks like a robot to it.
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("TradeFlow", "0.9"));
        return request;
    }

    public static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
