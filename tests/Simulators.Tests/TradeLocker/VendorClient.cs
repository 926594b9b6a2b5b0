using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Simulators.Tests.TradeLocker;

/// <summary>
/// The requests that the vendor's own Python client (TradeLocker/tradelocker-python 0.56) sends, with its headers, query keys and body
/// types, and its way of reading the answers: success is <c>s</c> = ok,
/// rows are zipped with the configured columns, then ints and floats are made of the strings with "none" counting as 0. It checks types at
/// run time, so a null or a number too many would break it.
/// </summary>
internal sealed class VendorClient(string environment) : IDisposable
{
    private static readonly HashSet<string> Whole =
        ["id", "tradableInstrumentId", "routeId", "expireDate", "createdDate", "lastModified", "positionId", "orderId", "stopLossId",
            "takeProfitId", "openDate", "accNum", "t"];

    private static readonly HashSet<string> Fractional =
        ["price", "qty", "filledQty", "avgPrice", "stopPrice", "stopLoss", "takeProfit", "unrealizedPl", "accountBalance", "o", "h",
            "l", "c", "v"];

    private readonly HttpClient http = new();
    private readonly string baseUrl = $"{environment}/backend-api";
    private string accessToken = "";
    private string refreshToken = "";
    private long accNum;
    private long accountId;
    private JsonElement config;
    private JsonElement[] instruments = [];

    public async Task LogInAsync(string username, string password, string server)
    {
        var answer = await SendAsync(HttpMethod.Post, "/auth/jwt/token", new { email = username, password, server }, accNumHeader: null,
            authorize: false, tagged: false);
        accessToken = Text(answer.GetProperty("accessToken"));
        refreshToken = Text(answer.GetProperty("refreshToken"));
        TimeToExpiry(accessToken).ShouldBeGreaterThan(TimeSpan.FromMinutes(30), "the client would refresh before every call");
        TimeToExpiry(refreshToken).ShouldBeGreaterThan(TimeSpan.Zero);

        var accounts = await SendAsync(HttpMethod.Get, "/auth/jwt/all-accounts", null, accNumHeader: null);
        var first =
            Typed(accounts.GetProperty("accounts")[0].EnumerateObject().ToDictionary(cell => cell.Name, cell => (string?)Text(cell.Value)));
        (accountId, accNum) = ((long)first["id"]!, (long)first["accNum"]!);
        config = (await GetAsync("/trade/config")).GetProperty("d");
        instruments = [.. (await GetAsync($"/trade/accounts/{accountId}/instruments")).GetProperty("d").GetProperty("instruments")
            .EnumerateArray()];
    }

    public async Task RefreshAsync()
    {
        var (oldAccess, oldRefresh) = (accessToken, refreshToken);
        var answer = await SendAsync(HttpMethod.Post, "/auth/jwt/refresh", new { refreshToken }, accNumHeader: null, authorize: false,
            tagged: false);
        (accessToken, refreshToken) = (Text(answer.GetProperty("accessToken")), Text(answer.GetProperty("refreshToken")));
        accessToken.ShouldNotBe(oldAccess);
        refreshToken.ShouldNotBe(oldRefresh);
    }

    public int InstrumentId(string symbol) =>
        instruments.First(row => Text(row.GetProperty("name")) == symbol).GetProperty("tradableInstrumentId").GetInt32();

    public int SymbolId(string symbol) => instruments.First(row => Text(row.GetProperty("name")) == symbol).GetProperty("id").GetInt32();

    public IEnumerable<int> InstrumentIds => instruments.Select(row => row.GetProperty("tradableInstrumentId").GetInt32());

    public int RouteId(int instrument, string type) =>
        instruments.First(row => row.GetProperty("tradableInstrumentId").GetInt32() == instrument).GetProperty("routes").EnumerateArray()
            .First(route => Text(route.GetProperty("type")) == type).GetProperty("id").GetInt32();

    public async Task<JsonElement> MarketAsync(string path, int instrument, string more = "") =>
        (await GetAsync(path, $"&tradableInstrumentId={instrument}&routeId={RouteId(instrument, "INFO")}{more}")).GetProperty("d");

    public async Task<JsonElement> DetailsAsync(int instrument) =>
        (await GetAsync($"/trade/instruments/{instrument}", $"&routeId={RouteId(instrument, "INFO")}&locale=en")).GetProperty("d");

    public async Task<JsonElement> DataAsync(string path) =>
        (await GetAsync(path.Replace("{account}", $"{accountId}", StringComparison.Ordinal)))
            .GetProperty("d");

    public async Task<Dictionary<string, object?>[]> TableAsync(string list, string panel)
    {
        var columns = Columns(panel);
        var rows = (await GetAsync($"/trade/accounts/{accountId}/{list}")).GetProperty("d").GetProperty(list);
        return [.. rows.EnumerateArray().Select(row =>
        {
            row.GetArrayLength().ShouldBe(columns.Length, "a data frame needs a value for every column");
            return Typed(columns.Zip(row.EnumerateArray())
                .ToDictionary(cell => cell.First, cell => cell.Second.ValueKind is JsonValueKind.Null ? null : Text(cell.Second)));
        })];
    }

    public async Task<Dictionary<string, decimal>> StateAsync()
    {
        var values = (await GetAsync($"/trade/accounts/{accountId}/state")).GetProperty("d").GetProperty("accountDetailsData");
        return Columns("accountDetailsConfig").Zip(values.EnumerateArray())
            .ToDictionary(cell => cell.First, cell => cell.Second.GetDecimal());
    }

    /// <summary>The new order's id, or null as the client answers when there is no <c>d.orderId</c>.</summary>
    public async Task<long?> CreateOrderAsync(int instrument, double quantity, string side, string type = "market", double? price = null,
        double? stopPrice = null, double? stopLoss = null, double? takeProfit = null, string? strategyId = null)
    {
        var answer = await SendAsync(HttpMethod.Post, $"/trade/accounts/{accountId}/orders", new Dictionary<string, object?>
        {
            ["price"] = price,
            ["stopPrice"] = stopPrice,
            ["qty"] = quantity.ToString("R", CultureInfo.InvariantCulture),
            ["routeId"] = $"{RouteId(instrument, "TRADE")}",
            ["side"] = side,
            ["validity"] = type is "market" ? "IOC" : "GTC",
            ["tradableInstrumentId"] = $"{instrument}",
            ["type"] = type,
            ["takeProfit"] = takeProfit,
            ["takeProfitType"] = takeProfit is null ? null : "absolute",
            ["stopLoss"] = stopLoss,
            ["stopLossType"] = stopLoss is null ? null : "absolute",
            ["strategyId"] = strategyId,
        }, $"{accNum}", tagged: false);
        return answer.TryGetProperty("d", out var data) && data.TryGetProperty("orderId", out var id)
            ? long.Parse(Text(id), CultureInfo.InvariantCulture)
            : null;
    }

    public async Task<long?> PositionOfAsync(long orderId)
    {
        var order = (await TableAsync("ordersHistory", "ordersHistoryConfig")).FirstOrDefault(row => (long)row["id"]! == orderId);
        return order is null ? null : (long)order["positionId"]!;
    }

    /// <summary>The client's detour: it closes what history says was filled, by the quantity of that row.</summary>
    public async Task ClosePositionAsync(long orderId)
    {
        foreach (var row in (await TableAsync("ordersHistory", "ordersHistoryConfig"))
            .Where(row => (long)row["id"]! == orderId && (string?)row["status"] is "Filled"))
            (await StatusAsync(HttpMethod.Delete, $"/trade/positions/{row["positionId"]}", new { qty = $"{row["qty"]}" })).ShouldBe("ok");
    }

    public Task<string> ModifyOrderAsync(long id, object changes) =>
        StatusAsync(HttpMethod.Patch, $"/trade/orders/{id}", changes, tagged: false);

    public Task<string> ModifyPositionAsync(long id, object changes) =>
        StatusAsync(HttpMethod.Patch, $"/trade/positions/{id}", changes, tagged: false);

    public Task<string> DeleteOrderAsync(long id) => StatusAsync(HttpMethod.Delete, $"/trade/orders/{id}", null);

    public Task<string> DeleteAllOrdersAsync() => StatusAsync(HttpMethod.Delete, $"/trade/accounts/{accountId}/orders", null);

    public Task<string> CloseAllPositionsAsync(int instrument) =>
        StatusAsync(HttpMethod.Delete, $"/trade/accounts/{accountId}/positions", null, $"&tradableInstrumentId={instrument}");

    public void Dispose() => http.Dispose();

    private string[] Columns(string panel) =>
        [.. config.GetProperty(panel).GetProperty("columns").EnumerateArray().Select(column => Text(column.GetProperty("id")))];

    private static Dictionary<string, object?> Typed(Dictionary<string, string?> row) => row.ToDictionary(cell => cell.Key, cell =>
        Whole.Contains(cell.Key) ? long.Parse(cell.Value ?? "0", CultureInfo.InvariantCulture)
        : Fractional.Contains(cell.Key) ? double.Parse(cell.Value ?? "0", CultureInfo.InvariantCulture)
        : (object?)cell.Value);

    private async Task<string> StatusAsync(HttpMethod method, string path, object? body, string query = "", bool tagged = true) =>
        Text((await SendAsync(method, path, body, $"{accNum}", query, tagged: tagged)).GetProperty("s"));

    private Task<JsonElement> GetAsync(string path, string query = "") => SendAsync(HttpMethod.Get, path, null, $"{accNum}", query);

    // requests raises for 4xx and 5xx; everything else is read as JSON.
    private async Task<JsonElement> SendAsync(
        HttpMethod method, string path, object? body, string? accNumHeader, string query = "", bool authorize = true, bool tagged = true)
    {
        using var request = new HttpRequestMessage(method,
            $"{baseUrl}{path}{(tagged ? $"?ref=py_c&v=0.56.2{query}" : "")}") { Content = body is null ? null
                : JsonContent.Create(body) };
        if (authorize) request.Headers.Authorization = new("Bearer", accessToken);
        if (accNumHeader is not null) request.Headers.Add("accNum", accNumHeader);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeLessThan(400, $"{method} {path}: {text}");
        if (path.EndsWith("/token", StringComparison.Ordinal)) response.StatusCode.ShouldBe(HttpStatusCode.Created);
        text.ShouldNotBeEmpty();
        return JsonDocument.Parse(text).RootElement;
    }

    private static TimeSpan TimeToExpiry(string token)
    {
        var part = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        var payload = JsonDocument.Parse(
            Encoding.UTF8.GetString(Convert.FromBase64String(part.PadRight((part.Length + 3) / 4 * 4, '=')))).RootElement;
        payload.TryGetProperty("sub", out _).ShouldBeTrue();
        return DateTimeOffset.FromUnixTimeSeconds(payload.GetProperty("exp").GetInt64()) - TimeProvider.System.GetUtcNow();
    }

    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()!
        : throw new ShouldAssertException($"the client expects a string here: {value}");
}
