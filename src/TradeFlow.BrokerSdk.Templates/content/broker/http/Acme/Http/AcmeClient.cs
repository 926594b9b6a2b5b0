using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TradeFlow.BrokerSdk;

namespace Acme.Http;

/// <summary>What the broker answered to a command, read to its end and not yet judged.</summary>
internal readonly record struct Answer(HttpStatusCode Status, string Body);

/// <summary>
/// The broker's HTTP calls, named after its endpoints. It knows paths and credentials and no meaning: that is in Mapping.
/// </summary>
internal sealed partial class AcmeClient(IConnectorContext context, Uri api)
{
    public Task<Answer> PlaceAsync(string account, NewOrder order, CancellationToken ct) =>
        CommandAsync(HttpMethod.Post, $"v1/accounts/{account}/orders", RequestClass.Order, Json(order, AcmeJson.Default.NewOrder), ct);

    public Task<Answer> CancelAsync(string account, string order, CancellationToken ct) =>
        CommandAsync(HttpMethod.Delete, $"v1/accounts/{account}/orders/{Uri.EscapeDataString(order)}", RequestClass.Cancel, null, ct);

    public Task<Answer> CloseAsync(string account, string position, CloseBody body, CancellationToken ct) =>
        CommandAsync(HttpMethod.Post, $"v1/accounts/{account}/positions/{Uri.EscapeDataString(position)}/close", RequestClass.Cancel,
            Json(body, AcmeJson.Default.CloseBody), ct);

    /// <exception cref="ConnectorException">Of the kind Authentication: the broker refuses the credentials.</exception>
    public Task<List<AccountDto>> AccountsAsync(CancellationToken ct) =>
        QueryAsync("v1/accounts", RequestClass.Query, AcmeJson.Default.ListAccountDto, ct);

    public Task<AccountDto> AccountAsync(string account, CancellationToken ct) =>
        QueryAsync($"v1/accounts/{account}", RequestClass.Query, AcmeJson.Default.AccountDto, ct);

    public Task<List<InstrumentDto>> InstrumentsAsync(string account, CancellationToken ct) =>
        QueryAsync($"v1/accounts/{account}/instruments", RequestClass.Query, AcmeJson.Default.ListInstrumentDto, ct);

    public Task<QuoteDto?> QuoteAsync(string symbol, CancellationToken ct) =>
        FindAsync($"v1/quotes/{Uri.EscapeDataString(symbol)}", RequestClass.Quote, AcmeJson.Default.QuoteDto, ct);

    public Task<OrderDto?> FindAsync(string account, string order, CancellationToken ct) =>
        FindAsync($"v1/accounts/{account}/orders/{Uri.EscapeDataString(order)}", RequestClass.Query, AcmeJson.Default.OrderDto, ct);

    public async Task<OrderDto?> FindByClientIdAsync(string account, string clientId, CancellationToken ct) =>
        (await QueryAsync($"v1/accounts/{account}/orders?client_id={Uri.EscapeDataString(clientId)}", RequestClass.Query,
            AcmeJson.Default.ListOrderDto, ct)).FirstOrDefault();

    public Task<StateDto> StateAsync(string account, DateTimeOffset? since, CancellationToken ct) =>
        QueryAsync($"v1/accounts/{account}/state{(since is { } from ? $"?since={Uri.EscapeDataString(from.ToString("O"))}" : "")}",
            RequestClass.Query, AcmeJson.Default.StateDto, ct);

    // Once: whatever is thrown here, the broker may have the order.
    private async Task<Answer> CommandAsync(
        HttpMethod method, string path, RequestClass requestClass, HttpContent? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, At(api, path)) { Content = body };
        await SignAsync(request, ct);
        using var response = await context.Http.SendOnceAsync(request, requestClass, ct);
        var answer = new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(ct));
#if (auth == "password")
        if (answer.Status == HttpStatusCode.Unauthorized)
        {
            try
            {
                await RenewAsync(request, ct);
            }
            catch (ConnectorException)
            {
                // The next call tries again; this answer stands.
            }
        }
#endif
        return answer;
    }

    private async Task<T> QueryAsync<T>(string path, RequestClass requestClass, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class =>
            await FindAsync(path, requestClass, type, ct)
            ?? throw new ConnectorException(ConnectorErrorKind.NotFound, $"Acme has no {path.Split('?')[0]}.");

    /// <returns><c>null</c> when the broker says, in its own words, that there is no such thing.</returns>
    private async Task<T?> FindAsync<T>(string path, RequestClass requestClass, JsonTypeInfo<T> type, CancellationToken ct) where T : class
    {
        using var response = await GetAsync(path, requestClass, ct);
        if (response.StatusCode == HttpStatusCode.NotFound && ErrorDto.TryRead(await response.Content.ReadAsStringAsync(ct)) is not null)
            return null;
        return await ReadAsync(response, type, ct);
    }

    private Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) =>
        HttpFailures.InWordsAsync("Acme", () => context.Http.QueryAsync(request, requestClass, ct), ct);

    internal static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken ct) where T : class
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            throw new ConnectorException(ConnectorErrorKind.RateLimited,
                "Acme asks for fewer requests.") { RetryAfter = response.Headers.RetryAfter?.Delta };
        if (!response.IsSuccessStatusCode)
            throw new ConnectorException(ConnectorErrorKind.Transient, $"Acme answered {(int)response.StatusCode}.");
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(ct), type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ConnectorException(ConnectorErrorKind.Protocol, "Acme's answer could not be read.", e);
        }
    }

    internal static Uri At(Uri api, string path) => new(api.AbsoluteUri.TrimEnd('/') + "/" + path);

    internal static StringContent Json<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.Serialize(body, type), Encoding.UTF8, "application/json");
}
