using System.Net.Http.Json;
using System.Text.Json;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>The other side of the wire: what the simulated TradeLocker really booked, and the trouble that it is told to make.</summary>
internal sealed class SimulatedBroker(RunningSystem system) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri($"http://localhost:{system.TradeLockerPort}/__sim/") };

    /// <summary>Every order that was booked for the trader, whatever we were told.</summary>
    public async Task<JsonElement[]> LedgerAsync(Trader trader) =>
        [.. (await GetAsync($"ledger?user={Uri.EscapeDataString(trader.BrokerEmail)}")).EnumerateArray()];

    /// <summary>How often an operation arrived for the trader's account.</summary>
    public async Task<int> CallsAsync(Trader trader, string operation)
    {
        var report = await GetAsync($"calls?account={await AccountAsync(trader)}");
        return report.TryGetProperty(operation, out var calls) ? calls.GetProperty("received").GetInt32() : 0;
    }

    /// <summary>Strikes the trader's next calls of the operation.</summary>
    public async Task ArmAsync(Trader trader, string kind, string operation, int? ms = null, string? text = null, int count = 1) =>
        await PostAsync("faults", new { kind, endpoint = operation, count, ms, text, account = await AccountAsync(trader) });

    public Task FreezeAsync(string symbol, decimal bid, decimal ask) => PostAsync("price", new { symbol, bid, ask, freeze = true });

    public Task UnfreezeAsync(string symbol) => PostAsync("walk", new { symbol, enabled = true });

    /// <summary>All tokens that were given out end.</summary>
    public Task ExpireTokensAsync() => PostAsync("tokens/expire", new { });

    /// <summary>Closes what the trader has open, in the broker's own platform.</summary>
    public async Task CloseByHandAsync(Trader trader)
    {
        var account = (await GetAsync($"accounts?user={Uri.EscapeDataString(trader.BrokerEmail)}"))[0];
        foreach (var position in account.GetProperty("positions").EnumerateArray())
            (await http.DeleteAsync($"positions/{position.GetProperty("id")}")).IsSuccessStatusCode.ShouldBeTrue();
    }

    public void Dispose() => http.Dispose();

    private async Task<string> AccountAsync(Trader trader) =>
        (await GetAsync($"accounts?user={Uri.EscapeDataString(trader.BrokerEmail)}"))[0].GetProperty("id").GetString()!;

    private async Task<JsonElement> GetAsync(string path) => await http.GetFromJsonAsync<JsonElement>(path);

    private async Task PostAsync(string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
