using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.OAuth;

/// <summary>A program that a tenant has made known, and the browser of whoever lets it in.</summary>
internal sealed class Partner(HttpClient http, string clientId, string? secret)
{
    public const string Redirect = "https://partner.example/callback";
    public const string Verifier = "a verifier that is long enough for the rule of forty-three letters";
    private string? cookie;

    public string ClientId => clientId;
    public string? Secret => secret;

    public static async Task<Partner> MakeAsync(
        ApiFixture api, Person owner, bool confidential = false, string scopes = "openid profile offline_access read trade",
        object? more = null)
    {
        var made = await owner.PostAsync("/api/tenant/apps",
            more ?? new { name = "Chart Copier", redirect_uris = new[] { Redirect }, scopes = scopes.Split(' '), confidential });
        made.Status.ShouldBe(HttpStatusCode.Created, made.ToString());
        return new Partner(api.NewClient(), made.Text("client_id"),
            made.Json.TryGetProperty("client_secret", out var secret) ? secret.GetString() : null);
    }

    /// <summary>The same program in another browser.</summary>
    public Partner Elsewhere(ApiFixture api) => new(api.NewClient(), clientId, secret);

    public Dictionary<string, string?> Query(string scope, Action<Dictionary<string, string?>>? change = null)
    {
        Dictionary<string, string?> query = new()
        {
            ["client_id"] = clientId, ["response_type"] = "code", ["redirect_uri"] = Redirect, ["scope"] = scope, ["state"] = "s1",
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        change?.Invoke(query);
        return query;
    }

    public Task<HttpResponseMessage> AuthorizeAsync(string scope, Action<Dictionary<string, string?>>? change = null) =>
        BrowseAsync(QueryHelpers.AddQueryString("/connect/authorize", Query(scope, change)));

    /// <summary>The browser goes there, with its cookie.</summary>
    public async Task<HttpResponseMessage> BrowseAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        var answer = await http.SendAsync(request);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
            cookie = set.Single(one => one.StartsWith("tf_connect=", StringComparison.Ordinal)).Split(';')[0];
        return answer;
    }

    /// <summary>What the consent screen sends, and where the browser goes on then.</summary>
    public static Task<Answer> DecideAsync(Person person, Uri screen, bool allow = true) =>
        person.PostAsync("/api/user/consent", new { request = RequestOf(screen), allow });

    public static string RequestOf(Uri screen) => screen.OriginalString["/consent?request=".Length..];

    /// <summary>The person lets it in.</summary>
    /// <returns>What its page is called with.</returns>
    public async Task<Dictionary<string, string>> LetInAsync(
        Person person, string scope, Action<Dictionary<string, string?>>? change = null)
    {
        var asked = await AuthorizeAsync(scope, change);
        asked.StatusCode.ShouldBe(HttpStatusCode.Redirect, await asked.Content.ReadAsStringAsync());
        asked.Headers.Location!.OriginalString.ShouldStartWith("/consent?");
        var decided = await DecideAsync(person, asked.Headers.Location);
        decided.Status.ShouldBe(HttpStatusCode.OK, decided.ToString());
        return Callback(await BrowseAsync(decided.Text("continue_url")));
    }

    public static Dictionary<string, string> Callback(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.GetLeftPart(UriPartial.Path).ShouldBe(Redirect);
        return QueryHelpers.ParseQuery(answer.Headers.Location.Query).ToDictionary(entry => entry.Key, entry => entry.Value.ToString());
    }

    public Task<Answer> RedeemAsync(string code, string? verifier = Verifier, string redirect = Redirect) => TokenAsync(new()
    {
        ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirect, ["code_verifier"] = verifier,
    });

    public Task<Answer> RefreshAsync(string token) => TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token });

    public Task<Answer> TokenAsync(Dictionary<string, string?> form) => PostAsync("/connect/token", form);

    public async Task<Answer> PostAsync(string path, Dictionary<string, string?> form)
    {
        form.TryAdd("client_id", clientId);
        if (secret is not null) form.TryAdd("client_secret", secret);
        var answer = await http.PostAsync(path, new FormUrlEncodedContent(
            form.Where(entry => entry.Value is not null).Select(entry => new KeyValuePair<string, string>(entry.Key, entry.Value!))));
        var text = await answer.Content.ReadAsStringAsync();
        return new Answer(answer.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default, answer);
    }

    /// <summary>Let in, and given tokens.</summary>
    public async Task<Answer> TokensAsync(Person person, string scope)
    {
        var tokens = await RedeemAsync((await LetInAsync(person, scope))["code"]);
        tokens.Status.ShouldBe(HttpStatusCode.OK, tokens.Json.ToString());
        return tokens;
    }
}
