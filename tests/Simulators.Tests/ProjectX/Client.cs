using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TradeFlow.Simulators.ProjectX;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.Tests.ProjectX;

/// <summary>A simulator on a free port and a user who is logged in to it; MES stands still at 6000.00/6000.25.</summary>
internal sealed class Client : IAsyncDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private Client(ProjectXSimulator simulator) => Simulator = simulator;

    public ProjectXSimulator Simulator { get; }
    public HttpClient Http => http;
    public int Account { get; private set; }
    public string Token { get; private set; } = "";
    public string Mes { get; private set; } = "";
    public string NextMes { get; private set; } = "";

    public static async Task<Client> StartAsync(string user = "demo", SimulatorSettings? settings = null)
    {
        var client = new Client(
            await ProjectXSimulator.StartAsync(settings ?? new SimulatorSettings { Beat = TimeSpan.FromMilliseconds(20) }));
        await client.PriceAsync(6000.00m, 6000.25m);
        await client.LogInAsync(user);
        var found = (await client.CallAsync("Contract/search", new { live = false, searchText = "MES" })).Json.GetProperty("contracts")
            .EnumerateArray()
            .ToArray();
        client.Mes = found.Single(contract => contract.GetProperty("activeContract").GetBoolean()).GetProperty("id").GetString()!;
        client.NextMes = found.Single(contract => !contract.GetProperty("activeContract").GetBoolean()).GetProperty("id").GetString()!;
        return client;
    }

    public async Task LogInAsync(string user)
    {
        var answer = await CallAsync("Auth/loginKey", new { userName = user, apiKey = "demo-key" });
        answer.Succeeded.ShouldBeTrue(answer.Text);
        Token = answer.Json.GetProperty("token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Account = (await CallAsync("Account/search", new { onlyActiveAccounts = true })).Json.GetProperty("accounts")[0]
            .GetProperty("id").GetInt32();
    }

    public async Task<Answer> CallAsync(string call, object body)
    {
        using var response = await http.PostAsJsonAsync($"{Simulator.Address}/api/{call}", body);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<Answer> PlaceAsync(
        int side = 0, int size = 1, int type = 2, decimal? limitPrice = null, decimal? stopPrice = null, string? customTag = null,
        int? stopTicks = null, int? targetTicks = null, string? contractId = null) =>
        CallAsync("Order/place", new
        {
            accountId = Account, contractId = contractId ?? Mes, type, side, size, limitPrice, stopPrice, customTag,
            stopLossBracket = stopTicks is { } stop ? new { ticks = stop, type = 4 } : null,
            takeProfitBracket = targetTicks is { } target ? new { ticks = target, type = 1 } : null,
        });

    public async Task<long> BookAsync(
        int side = 0, int size = 1, int type = 2, decimal? limitPrice = null, decimal? stopPrice = null, string? customTag = null,
        int? stopTicks = null, int? targetTicks = null)
    {
        var answer = await PlaceAsync(side, size, type, limitPrice, stopPrice, customTag, stopTicks, targetTicks);
        answer.Succeeded.ShouldBeTrue(answer.Text);
        return answer.OrderId;
    }

    public async Task<JsonElement[]> PositionsAsync() =>
        [.. (await CallAsync("Position/searchOpen", new { accountId = Account })).Json.GetProperty("positions").EnumerateArray()];

    public async Task<JsonElement[]> OpenOrdersAsync() =>
        [.. (await CallAsync("Order/searchOpen", new { accountId = Account })).Json.GetProperty("orders").EnumerateArray()];

    public async Task<JsonElement[]> OrdersAsync() =>
        [.. (await CallAsync("Order/search", new { accountId = Account, startTimestamp = "2020-01-01T00:00:00Z" })).Json
            .GetProperty("orders")
            .EnumerateArray()];

    public async Task<JsonElement[]> TradesAsync() =>
        [.. (await CallAsync("Trade/search", new { accountId = Account, startTimestamp = "2020-01-01T00:00:00Z" })).Json
            .GetProperty("trades")
            .EnumerateArray()];

    public async Task<decimal> BalanceAsync() => (await CallAsync("Account/search", new { onlyActiveAccounts = true })).Json
        .GetProperty("accounts")[0]
        .GetProperty("balance").GetDecimal();

    public async Task<JsonElement[]> LedgerAsync() =>
        [.. JsonDocument.Parse(await http.GetStringAsync($"{Simulator.Address}/__sim/ledger")).RootElement.EnumerateArray()];

    public Task PriceAsync(decimal bid, decimal ask) => ControlAsync("/price", new { symbol = "MES", bid, ask });

    public Task FaultAsync(string kind, string endpoint, int? ms = null, string? text = null, decimal? ratio = null, int count = 1) =>
        ControlAsync("/faults", new { kind, endpoint, ms, text, ratio, count });

    public async Task ControlAsync(string path, object body)
    {
        using var response = await http.PostAsJsonAsync($"{Simulator.Address}/__sim{path}", body);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await response.Content.ReadAsStringAsync()}");
    }

    public Task<HubConnection> ConnectAsync(string hub) =>
        HubConnection.OpenAsync(
            new Uri($"{Simulator.Address.Replace("http", "ws", StringComparison.Ordinal)}/hubs/{hub}?access_token={Token}"));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Simulator.DisposeAsync();
    }
}

internal sealed record Answer(HttpStatusCode Status, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;
    public bool Succeeded =>
        Status is HttpStatusCode.OK && Json.GetProperty("success").GetBoolean() && Json.GetProperty("errorCode").GetInt32() == 0;
    public int Code => Json.GetProperty("errorCode").GetInt32();
    public string? Message => Json.GetProperty("errorMessage").GetString();
    public long OrderId => Json.GetProperty("orderId").GetInt64();
}
