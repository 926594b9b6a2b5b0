using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Benchmarks;

/// <summary>A user with one paper account, and the alert that it sends.</summary>
internal sealed class Trader
{
    private readonly HttpClient http;
    private readonly string path;
    private long sent;

    private Trader(HttpClient http, string path)
    {
        this.http = http;
        this.path = path;
    }

    public static async Task<Trader> ConnectAsync(Uri address)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = address };
        var user = await http.PostAsJsonAsync("/auth/signup", new { email = $"bench-{Guid.NewGuid():N}@example.com", password = "correct horse battery", name = "Bench" });
        user.EnsureSuccessStatusCode();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await user.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString());
        var account = await http.PostAsJsonAsync("/register/paper", new { mode = "demo" });
        account.EnsureSuccessStatusCode();
        var key = (await account.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("api_key").GetString();
        http.DefaultRequestHeaders.Authorization = null;
        return new Trader(http, $"/webhook/paper/{key}");
    }

    /// <returns>True when the broker took it or it is on its way.</returns>
    public async Task<bool> SendAsync()
    {
        var number = Interlocked.Increment(ref sent);
        var side = number % 2 == 0 ? "sell" : "buy";
        var body = $$"""{"version":"unify.v1","id":"b{{number}}","intent":{"action":"open","side":"{{side}}","type":"market","symbol":"EURUSD","qty":0.01,"price":1.09} }""";
        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        await answer.Content.ReadAsByteArrayAsync();
        return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted;
    }
}
