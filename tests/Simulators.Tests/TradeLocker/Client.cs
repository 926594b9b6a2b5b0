using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker;

namespace TradeFlow.Simulators.Tests.TradeLocker;

/// <summary>
/// A simulator on a free port and a user who is logged in to it; EURUSD stands still at 1.0899/1.0900 and limits are off.
/// </summary>
internal sealed class Client : IAsyncDisposable
{
    public const int EurUsd = 278;
    public const int UsdJpy = 284;
    public const int TradeRoute = 740;
    public const int InfoRoute = 741;

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private Client(TradeLockerSimulator simulator) => Simulator = simulator;

    public TradeLockerSimulator Simulator { get; }
    public HttpClient Http => http;
    public string Account { get; private set; } = "";
    public string Refresh { get; private set; } = "";

    public static async Task<Client> StartAsync(string email = "demo@tradeflow.local", SimulatorSettings? settings = null)
    {
        var client = new Client(
            await TradeLockerSimulator.StartAsync(settings ?? new SimulatorSettings { Beat = TimeSpan.FromMilliseconds(20) }));
        await client.ControlAsync("/switches", new { rateLimits = false });
        await client.PriceAsync("EURUSD", 1.0899m, 1.0900m);
        await client.LogInAsync(email);
        return client;
    }

    public async Task LogInAsync(string email, string server = "SIM", string accNum = "1")
    {
        var answer = await TokenAsync(email, "demo-password", server);
        answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            answer.Json.GetProperty("accessToken").GetString());
        http.DefaultRequestHeaders.Remove("accNum");
        http.DefaultRequestHeaders.Add("accNum", accNum);
        Refresh = answer.Json.GetProperty("refreshToken").GetString()!;
        var accounts = (await GetAsync("/auth/jwt/all-accounts")).Json.GetProperty("accounts");
        Account = accounts.EnumerateArray().Single(account => account.GetProperty("accNum").GetString() == accNum).GetProperty("id")
            .GetString()!;
    }

    public Task<Answer> TokenAsync(string email, string password, string server) =>
        SendAsync(HttpMethod.Post, "/auth/jwt/token", new { email, password, server });

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method,
            Simulator.BaseUrl + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType);
    }

    public async Task<JsonElement> ControlAsync(string path, object body)
    {
        using var response = await http.PostAsJsonAsync($"{Simulator.Address}/__sim{path}", body);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> ControlAsync(string path) =>
        JsonDocument.Parse(await http.GetStringAsync($"{Simulator.Address}/__sim{path}")).RootElement;

    public Task PriceAsync(string symbol, decimal bid, decimal ask) => ControlAsync("/price", new { symbol, bid, ask });

    public Task FaultAsync(string kind, string endpoint, int? ms = null, string? text = null, decimal? ratio = null) =>
        ControlAsync("/faults", new { kind, endpoint, ms, text, ratio });

    public Task<Answer> PlaceAsync(
        string side = "buy", decimal qty = 0.10m, string type = "market", decimal? price = null, decimal? stopPrice = null,
        decimal? stopLoss = null, decimal? takeProfit = null, string? strategyId = null, int instrument = EurUsd, int route = TradeRoute) =>
        SendAsync(HttpMethod.Post, $"/trade/accounts/{Account}/orders", new
        {
            tradableInstrumentId = $"{instrument}", routeId = $"{route}", qty = qty.ToString(CultureInfo.InvariantCulture), side, type,
                validity = type is "market" ? "IOC" : "GTC", price, stopPrice,
            stopLoss, stopLossType = stopLoss is null ? null : "absolute", takeProfit,
            takeProfitType = takeProfit is null ? null : "absolute", strategyId,
        });

    /// <summary>Places and expects to be booked; answers the order id.</summary>
    public async Task<string> BookAsync(
        string side = "buy", decimal qty = 0.10m, string type = "market", decimal? price = null, decimal? stopPrice = null,
        decimal? stopLoss = null, decimal? takeProfit = null, string? strategyId = null)
    {
        var answer = await PlaceAsync(side, qty, type, price, stopPrice, stopLoss, takeProfit, strategyId);
        answer.Succeeded.ShouldBeTrue(answer.Text);
        return answer.Json.GetProperty("d").GetProperty("orderId").GetString()!;
    }

    public Task<Answer> CloseAsync(string positionId, decimal qty = 0) =>
        SendAsync(HttpMethod.Delete, $"/trade/positions/{positionId}", new { qty });

    public Task<Dictionary<string, string?>[]> PositionsAsync() => RowsAsync("positions", "positionsConfig");

    public Task<Dictionary<string, string?>[]> OrdersAsync() => RowsAsync("orders", "ordersConfig");

    public Task<Dictionary<string, string?>[]> HistoryAsync(string query = "") => RowsAsync("ordersHistory", "ordersHistoryConfig", query);

    public Task<Dictionary<string, string?>[]> ExecutionsAsync() => RowsAsync("executions", "filledOrdersConfig");

    public async Task<JsonElement[]> LedgerAsync(string query = "") => [.. (await ControlAsync($"/ledger{query}")).EnumerateArray()];

    public async Task<decimal> StateAsync(string column)
    {
        var columns = await ColumnsAsync("accountDetailsConfig");
        return (await GetAsync($"/trade/accounts/{Account}/state")).Data.GetProperty("accountDetailsData")[Array.IndexOf(columns, column)]
            .GetDecimal();
    }

    public async Task<string[]> ColumnsAsync(string panel) =>
        [.. (await GetAsync("/trade/config")).Data.GetProperty(panel).GetProperty("columns").EnumerateArray()
            .Select(column => column.GetProperty("id").GetString()!)];

    private async Task<Dictionary<string, string?>[]> RowsAsync(string list, string panel, string query = "")
    {
        var columns = await ColumnsAsync(panel);
        var answer = await GetAsync($"/trade/accounts/{Account}/{list}{query}");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return [.. answer.Data.GetProperty(list).EnumerateArray()
            .Select(row => columns.Zip(row.EnumerateArray()).ToDictionary(cell => cell.First, cell => cell.Second.GetString()))];
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Simulator.DisposeAsync();
    }
}

internal sealed record Answer(HttpStatusCode Status, string Text, string? MediaType)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;
    public JsonElement Data => Json.GetProperty("d");
    public bool Succeeded => Status is HttpStatusCode.OK && Json.GetProperty("s").GetString() is "ok";
    public string? Words => Json.TryGetProperty("errmsg", out var words) ? words.GetString() : null;
}
