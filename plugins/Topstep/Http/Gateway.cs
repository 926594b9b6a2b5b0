using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Http;

/// <summary>One POST to the gateway, through the host.</summary>
internal sealed class Gateway(IConnectorContext context, Uri baseUrl)
{
    public Task<Answer> QueryAsync<T>(
        string path, T body, JsonTypeInfo<T> type, string? token, RequestClass requestClass, CancellationToken ct) =>
        HttpFailures.InWordsAsync("Topstep", async () =>
        {
            using var request = Request(path, JsonSerializer.SerializeToUtf8Bytes(body, type), token);
            using var response = await context.Http.QueryAsync(request, requestClass, ct);
            return await ReadAsync(response, ct);
        }, ct);

    /// <remarks>What it throws leaves open what happened (<see cref="HttpOutcome.From"/>).</remarks>
    public async Task<Answer> SendOnceAsync<T>(
        string path, T body, JsonTypeInfo<T> type, string token, RequestClass requestClass, CancellationToken ct)
    {
        using var request = Request(path, JsonSerializer.SerializeToUtf8Bytes(body, type), token);
        using var response = await context.Http.SendOnceAsync(request, requestClass, ct);
        return await ReadAsync(response, ct);
    }

    /// <summary><c>Auth/validate</c>: no body, a new token in the answer.</summary>
    public Task<Answer> ValidateAsync(string token, CancellationToken ct) => HttpFailures.InWordsAsync("Topstep", async () =>
    {
        using var request = Request("api/Auth/validate", "{}"u8.ToArray(), token);
        using var response = await context.Http.SendOnceAsync(request, RequestClass.Auth, ct);
        return await ReadAsync(response, ct);
    }, ct);

    private HttpRequestMessage Request(string path, byte[] body, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{baseUrl.AbsoluteUri.TrimEnd('/')}/{path}"))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("TradeFlow", "0.9"));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken ct) =>
        Answer.Read(response.StatusCode, RetryAfter.Of(response, context.Clock), await response.Content.ReadAsStringAsync(ct));
}
