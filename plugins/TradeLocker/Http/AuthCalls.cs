using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>The endpoints below <c>/auth/jwt</c>. Their answers carry no envelope.</summary>
internal sealed class AuthCalls(IBrokerHttp http, Uri baseUrl, TimeProvider clock)
{
    /// <returns>The tokens, or the broker's words when it does not take the credentials.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    public Task<(BrokerToken? Token, string? Refusal)> LogInAsync(LogInBody body, CancellationToken ct) =>
        PostAsync("auth/jwt/token", body, RequestJson.Default.LogInBody, ct);

    /// <summary>Exchanges a refresh token, which works once, for a new pair.</summary>
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    public Task<(BrokerToken? Token, string? Refusal)> RefreshAsync(string refreshToken, CancellationToken ct) =>
        PostAsync("auth/jwt/refresh", new RefreshBody(refreshToken), RequestJson.Default.RefreshBody, ct);

    /// <summary>Every account behind a token. The only call besides log-in and refresh that takes no <c>accNum</c>.</summary>
    /// <exception cref="UnauthorizedException">The token is void.</exception>
    public async Task<IReadOnlyList<TradeLockerAccount>> AllAccountsAsync(string accessToken, CancellationToken ct)
    {
        using var request = Endpoint.Request(HttpMethod.Get, baseUrl, "auth/jwt/all-accounts");
        request.Headers.Authorization = new("Bearer", accessToken);
        using var response = await HttpFailures.InWordsAsync("TradeLocker", () => http.QueryAsync(request, RequestClass.Query, ct), ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        if (response.StatusCode is HttpStatusCode.Unauthorized) throw new UnauthorizedException();
        if (!response.IsSuccessStatusCode) throw Failures.Of(response.StatusCode, RetryAfter.Of(response, clock), body);
        try
        {
            using var document = JsonDocument.Parse(body);
            return [.. new Cell(document.RootElement)["accounts"].Items.Select(TradeLockerAccount.Read).OfType<TradeLockerAccount>()];
        }
        catch (JsonException e)
        {
            throw new ConnectorException(ConnectorErrorKind.Protocol, "TradeLocker's list of accounts could not be read.", e);
        }
    }

    private async Task<(BrokerToken? Token, string? Refusal)> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var request = Endpoint.Request(HttpMethod.Post, baseUrl, path);
        request.Content = Endpoint.Json(JsonSerializer.SerializeToUtf8Bytes(body, type));
        using var response = await HttpFailures.InWordsAsync("TradeLocker", () => http.SendOnceAsync(request, RequestClass.Auth, ct), ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        // The documents name 400 for wrong credentials, real clients met 401 as well. A page of a proxy with such a status says nothing
        // about a password.
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized && Words(text) is { } words)
            return (null, words);
        if (!response.IsSuccessStatusCode) throw Failures.Of(response.StatusCode, RetryAfter.Of(response, clock), text);
        return Tokens.Read(text, clock.GetUtcNow()) is { } token ? (token, null) : throw new ConnectorException(ConnectorErrorKind.Protocol,
            "TradeLocker's answer to the log-in could not be read.");
    }

    private static string? Words(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = new Cell(document.RootElement);
            return root["message"] is { IsArray: true } several ? string.Join(" ", several.Items.Select(item => item.Text))
                : root["message"].Text ?? root["errmsg"].Text ?? root["error"].Text ?? "";
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// One entry of <c>all-accounts</c>. <c>AccNum</c> goes into the header of every call, <c>Id</c> into the path; the two are not the same.
/// </summary>
internal sealed record TradeLockerAccount(string Id, string AccNum, string Name, string Currency, string Status, decimal? Balance)
{
    public bool IsActive => Status.Length == 0 || Status.Equals("ACTIVE", StringComparison.OrdinalIgnoreCase);

    public static TradeLockerAccount? Read(Cell entry) => entry["id"].Text is { } id && entry["accNum"].Text is { } accNum
        ? new TradeLockerAccount(id, accNum, entry["name"].Text ?? id, (entry["currency"].Text ?? "USD").ToUpperInvariant(),
            entry["status"].Text ?? "", entry["accountBalance"].Number)
        : null;

    public BrokerAccount ToBrokerAccount() => new() { Id = Id, Name = Name, Currency = Currency, Balance = Balance };
}

/// <summary>401: the token is void. Never leaves the plugin.</summary>
internal sealed class UnauthorizedException() : Exception("TradeLocker turned the token away.");
