using System.Net.Http.Json;
using System.Text.Json;
using TradeFlow.BrokerSdk.Testing;
using TradeFlow.Simulators.ProjectX;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Plugins.Topstep.Tests.Conformance;

/// <summary>Topstep against the simulated ProjectX gateway, over real HTTP and real WebSockets.</summary>
public sealed class TopstepTarget : ConformanceTarget
{
    public override string PluginFolder => Near("artifacts/plugins/Topstep");

    public override string TestDataFolder => Path.Combine(AppContext.BaseDirectory, "testdata");

    public override string ReportPath => Path.Combine(Near("artifacts"), "conformance", "topstep.json");

    public override async Task<IVenue> OpenVenueAsync(CancellationToken ct) =>
        new SimulatedVenue(await ProjectXSimulator.StartAsync(new SimulatorSettings { Beat = TimeSpan.FromMilliseconds(20) }));
}

/// <summary>The simulator as the kit sees it.</summary>
internal sealed class SimulatedVenue(ProjectXSimulator simulator) : IVenue
{
    private readonly HttpClient control = new() { BaseAddress = new Uri(simulator.Address) };

    public VenuePowers Powers => VenuePowers.Ledger | VenuePowers.Prices | VenuePowers.Refusals | VenuePowers.PartialFills
        | VenuePowers.TokenExpiry | VenuePowers.StreamFaults;

    public string Mode => "sim";

    public IReadOnlyDictionary<string, Uri> Endpoints { get; } = new Dictionary<string, Uri>
    {
        ["api"] = new(simulator.Address), ["userHub"] = new($"{simulator.Address}/hubs/user"),
        ["marketHub"] = new($"{simulator.Address}/hubs/market"),
    };

    public IReadOnlyDictionary<string, string> Credentials { get; } =
        new Dictionary<string, string> { ["user_name"] = "demo", ["api_key"] = "demo-key", ["rules_confirmed"] = "true" };

    public IReadOnlyDictionary<string, string>? WrongCredentials { get; } =
        new Dictionary<string, string> { ["user_name"] = "demo", ["api_key"] = "wrong-key", ["rules_confirmed"] = "true" };

    public string Symbol => "MES1!";

    public async Task ResetAsync(CancellationToken ct)
    {
        await PostAsync("hubs/disconnect", new { }, ct);
        await PostAsync("reset", new { }, ct);
        await PostAsync("walk", new { enabled = false }, ct);
        await PostAsync("switches", new { rateLimits = false }, ct);
        await SetPriceAsync(6000.00m, 6000.25m, ct);
    }

    public async Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) =>
    [
        .. from entry in await control.GetFromJsonAsync<JsonElement[]>("/__sim/ledger", ct) ?? []
           where entry.GetProperty("kind").GetString() is "open"
           select new VenueOrder(entry.GetProperty("orderId").GetString() ?? "", entry.GetProperty("tag").GetString(),
               entry.GetProperty("qty").GetDecimal()),
    ];

    public Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct) => PostAsync("price", new { symbol = "MES", bid, ask }, ct);

    public Task RefuseNextAsync(string words, CancellationToken ct) =>
        PostAsync("faults", new { kind = "reject", endpoint = "PLACE_ORDER", text = words }, ct);

    public Task FillPartOfNextAsync(CancellationToken ct) =>
        PostAsync("faults", new { kind = "partial_fill", endpoint = "PLACE_ORDER", ratio = 0.5m, ms = 600_000 }, ct);

    public Task ExpireTokensAsync(CancellationToken ct) => PostAsync("tokens/expire", new { }, ct);

    // A fill is told on the hub while the order is still being answered: an early fill needs no help.
    public Task DisturbStreamAsync(StreamFault fault, CancellationToken ct) => fault switch
    {
        StreamFault.Duplicate => PostAsync("faults", new { kind = "hub_duplicate", endpoint = "*", count = -1 }, ct),
        StreamFault.OutOfOrder => PostAsync("faults", new { kind = "hub_delay_ms", endpoint = "HUB_ORDER", count = 1, ms = 300 }, ct),
        _ => Task.CompletedTask,
    };

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        await simulator.DisposeAsync();
    }

    private async Task PostAsync(string path, object body, CancellationToken ct) =>
        (await control.PostAsJsonAsync($"/__sim/{path}", body, ct)).EnsureSuccessStatusCode();
}
