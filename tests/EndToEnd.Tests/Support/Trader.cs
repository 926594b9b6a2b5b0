using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>A person with an account of their own, who speaks to the system over HTTP alone.</summary>
internal sealed class Trader : IDisposable
{
    public const string Password = "correct horse battery";

    private readonly RunningSystem system;
    private readonly HttpClient http;

    private Trader(RunningSystem system, string email)
    {
        this.system = system;
        Email = email;
        http = new HttpClient { BaseAddress = system.Address, Timeout = TimeSpan.FromSeconds(40) };
    }

    public string Email { get; }
    public string AccessToken { get; private set; } = "";
    public string ApiKey { get; private set; } = "";

    /// <summary>The key of the account's terminal, where a terminal reports for it.</summary>
    public string AgentKey { get; private set; } = "";
    public string AccountId { get; private set; } = "";
    public string Broker { get; private set; } = "tradelocker";

    /// <summary>The e-mail of the trader's own log-in at the simulated broker.</summary>
    public string BrokerEmail => $"broker-{Email}";

    public static async Task<Trader> SignUpAsync(RunningSystem system)
    {
        var trader = new Trader(system, $"trader-{Guid.NewGuid():N}@example.com");
        var answer = await trader.PostAsync("/auth/signup", new { email = trader.Email, password = Password, name = "Tess Trader" });
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        trader.TakeToken(answer);
        return trader;
    }

    /// <summary>The administrator of the platform, and a code that proves the second factor once more.</summary>
    public static async Task<(Trader Admin, string RecoveryCode)> AdminAsync(RunningSystem system)
    {
        var trader = new Trader(system, RunningSystem.AdminEmail);
        var answer = await trader.PostAsync("/auth/login", new { email = trader.Email, password = Password });
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        trader.TakeToken(answer);
        var setup = await trader.PostAsync("/api/user/2fa/setup", new { });
        var enabled = await trader.PostAsync("/api/user/2fa/enable",
            new { totp = Authenticator.CodeNow(setup.Json.GetProperty("secret").GetString()!) });
        enabled.Status.ShouldBe(HttpStatusCode.OK, enabled.Text);
        return (trader, enabled.Json.GetProperty("recovery_codes")[0].GetString()!);
    }

    private void TakeToken(Answer answer)
    {
        AccessToken = answer.Json.GetProperty("access_token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
    }

    /// <summary>Signed up, with a TradeLocker account in mode <c>sim</c> and its key.</summary>
    public static async Task<Trader> ConnectedAsync(RunningSystem system)
    {
        var trader = await SignUpAsync(system);
        await trader.ConnectAsync();
        return trader;
    }

    public Task<JsonElement> ConnectAsync() =>
        ConnectAsync("tradelocker", new { email = BrokerEmail, password = "broker-password", server = "SIM", mode = "sim" });

    /// <summary>Connects an account at any broker; alerts go to it from here on.</summary>
    public async Task<JsonElement> ConnectAsync(string broker, object form)
    {
        Broker = broker;
        var answer = await PostAsync($"/register/{broker}", form);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        ApiKey = answer.Json.GetProperty("api_key").GetString()!;
        AgentKey = answer.Json.TryGetProperty("agent_key", out var agent) ? agent.GetString()! : "";
        AccountId = answer.Json.GetProperty("id").GetString()!;
        return answer.Json;
    }

    /// <summary>Sends an alert as TradingView does: no header of its own, the key in the path.</summary>
    public Task<Answer> AlertAsync(string body, string? key = null) => AlertAtAsync($"/webhook/{Broker}/{key ?? ApiKey}", body);

    /// <summary>The same, to an address of another kind.</summary>
    public Task<Answer> AlertAtAsync(string path, string body) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "text/plain") },
            anonymous: true);

    public Task<Answer> AlertAsync(object intent, string? id = null) =>
        AlertAsync(JsonSerializer.Serialize(new { version = "unify.v1", id = id ?? Guid.NewGuid().ToString("N"), intent }));

    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Answer> PostAsync(string path, object body) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) });

    public Task<Answer> PutAsync(string path, object body) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) });

    public Task<Answer> PatchAsync(string path, object body) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body) });

    public Task<Answer> DeleteAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path));

    /// <summary>
    /// Reads as a good client does, for as long as a test takes: it waits when it is told to, and logs in again when its token has ended.
    /// </summary>
    public async Task<JsonElement> ReadAsync(string path)
    {
        while (true)
        {
            var answer = await GetAsync(path);
            if (answer.Status == HttpStatusCode.OK) return answer.Json;
            if (answer.Status == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
                continue;
            }
            answer.Status.ShouldBe(HttpStatusCode.Unauthorized, answer.Text);
            var again = await PostAsync("/auth/login", new { email = Email, password = Password });
            again.Status.ShouldBe(HttpStatusCode.OK, again.Text);
            TakeToken(again);
        }
    }

    public async Task<JsonElement[]> PositionsAsync() => [.. (await ReadAsync("/api/positions")).EnumerateArray()];

    public async Task<JsonElement> OrderAsync(string id) => (await GetAsync($"/api/orders/{id}")).Json;

    /// <summary>The broker's card once it stands as wanted.</summary>
    public async Task<JsonElement> BrokerInStateAsync(string broker, string status, TimeSpan within)
    {
        JsonElement all = default;
        await Eventually.True(async () =>
        {
            all = await ReadAsync("/api/brokers");
            return all.EnumerateArray().Any(IsMeant);
        }, within, () => $"{broker} should be {status} among {all}");
        return all.EnumerateArray().Single(IsMeant);

        bool IsMeant(JsonElement card) =>
            card.GetProperty("broker").GetString() == broker && card.GetProperty("status").GetString() == status;
    }

    public Task<JsonElement> OrderInStateAsync(string id, string status, TimeSpan within) => InStateAsync(id, [status], within);

    private async Task<JsonElement> InStateAsync(string id, string[] states, TimeSpan within)
    {
        JsonElement order = default;
        await Eventually.True(async () =>
        {
            order = await OrderAsync(id);
            return states.Contains(order.GetProperty("status").GetString());
        }, within, () => $"order {id} should be {string.Join(" or ", states)} and is {order}");
        return order;
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request, bool anonymous = false)
    {
        using (request)
        {
            if (anonymous)
            {
                using var plain = new HttpClient { BaseAddress = system.Address, Timeout = TimeSpan.FromSeconds(40) };
                using var answer = await plain.SendAsync(request);
                return await Answer.ReadAsync(answer);
            }
            using var response = await http.SendAsync(request);
            return await Answer.ReadAsync(response);
        }
    }

    public void Dispose() => http.Dispose();
}

internal sealed record Answer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;
    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
}
