using System.Net.Http.Json;
using System.Text.Json;
using TradeFlow.BrokerSdk.Testing;
using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker;

namespace TradeFlow.Plugins.TradeLocker.Tests.Conformance;

/// <summary>TradeLocker against the simulator of its own, over real HTTP.</summary>
public sealed class TradeLockerTarget : ConformanceTarget
{
    public override string PluginFolder => Near("artifacts/plugins/TradeLocker");

    public override string TestDataFolder => Path.Combine(AppContext.BaseDirectory, "testdata");

    public override string ReportPath => Path.Combine(Near("artifacts"), "conformance", "tradelocker.json");

    public override async Task<IVenue> OpenVenueAsync(CancellationToken ct) =>
        new SimulatedVenue(await TradeLockerSimulator.StartAsync(new SimulatorSettings { Beat = TimeSpan.FromMilliseconds(20) }));
}

/// <summary>The simulator as the kit sees it.</summary>
internal sealed class SimulatedVenue(TradeLockerSimulator simulator) : IVenue
{
    private readonly HttpClient control = new() { BaseAddress = new Uri(simulator.Address) };

    public VenuePowers Powers =>
        VenuePowers.Ledger | VenuePowers.Prices | VenuePowers.Refusals | VenuePowers.PartialFills | VenuePowers.TokenExpiry;

    public string Mode => "sim";

    public IReadOnlyDictionary<string, Uri> Endpoints { get; } = new Dictionary<string, Uri> { ["api"] = new(simulator.BaseUrl) };

    public IReadOnlyDictionary<string, string> Credentials { get; } =
        new Dictionary<string, string> { ["email"] = "demo@tradeflow.local", ["password"] = "demo-password", ["server"] = "SIM" };

    public IReadOnlyDictionary<string, string>? WrongCredentials { get; } =
        new Dictionary<string, string> { ["email"] = "demo@tradeflow.local", ["password"] = "wrong-password", ["server"] = "SIM" };

    public string Symbol => "EURUSD";

    public async Task ResetAsync(CancellationToken ct)
    {
        await PostAsync("reset", new { }, ct);
        await PostAsync("walk", new { enabled = false }, ct);
        await PostAsync("switches", new { rateLimits = false }, ct);
        await PostAsync("price", new { symbol = Symbol, bid = 1.0899m, ask = 1.0900m }, ct);
    }

    public async Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) =>
    [
        .. from entry in await control.GetFromJsonAsync<JsonElement[]>("/__sim/ledger", ct) ?? []
           where entry.GetProperty("kind").GetString() is "open"
           select new VenueOrder(entry.GetProperty("orderId").GetString() ?? "", entry.GetProperty("tag").GetString(),
               entry.GetProperty("qty").GetDecimal()),
    ];

    public Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct) => PostAsync("price", new { symbol = Symbol, bid, ask }, ct);

    public Task RefuseNextAsync(string words, CancellationToken ct) =>
        PostAsync("faults", new { kind = "reject", endpoint = "PLACE_ORDER", text = words }, ct);

    public Task FillPartOfNextAsync(CancellationToken ct) =>
        PostAsync("faults", new { kind = "partial_fill", endpoint = "PLACE_ORDER", ratio = 0.5m, ms = 600_000 }, ct);

    public Task ExpireTokensAsync(CancellationToken ct) => PostAsync("tokens/expire", new { }, ct);

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        await simulator.DisposeAsync();
    }

    private async Task PostAsync(string path, object body, CancellationToken ct) =>
        (await control.PostAsJsonAsync($"/__sim/{path}", body, ct)).EnsureSuccessStatusCode();
}
