using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Testing;
using TradeFlow.FakeExpertAdvisor;

namespace TradeFlow.Plugins.MetaTrader.Tests.Conformance;

/// <summary>MetaTrader over a fake terminal. The channel's wire is tested with the platform; here the connector is.</summary>
public sealed class MetaTraderTarget : ConformanceTarget
{
    public override string PluginFolder => Near("artifacts/plugins/MetaTrader");

    public override string ReportPath => Path.Combine(Near("artifacts"), "conformance", "metatrader.json");

    public override Task<IVenue> OpenVenueAsync(CancellationToken ct) => Task.FromResult<IVenue>(new TerminalVenue());
}

/// <summary>The terminal as the kit sees it.</summary>
internal sealed class TerminalVenue : IVenue
{
    private readonly Terminal terminal = new();

    public TerminalVenue() => Channel = new TerminalChannel(terminal);

    public TerminalChannel Channel { get; }

    public VenuePowers Powers => VenuePowers.Ledger | VenuePowers.Prices | VenuePowers.Refusals;

    public string Mode => "demo";

    public IReadOnlyDictionary<string, Uri> Endpoints { get; } = new Dictionary<string, Uri>();

    public IReadOnlyDictionary<string, string> Credentials { get; } =
        new Dictionary<string, string> { ["login"] = "5001", ["server"] = "Demo-1", ["platform"] = "MT5" };

    public IAgentChannel Agent => Channel;

    public string Symbol => "EURUSD";

    public Task ResetAsync(CancellationToken ct)
    {
        terminal.Reset();
        terminal.SetPrice("EURUSD.r", 1.09190m, 1.09210m);
        Channel.Forget();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<VenueOrder>>([.. terminal.Booked.Select(
            order => new VenueOrder(order.Ticket, order.Id, order.Lots))]);

    public Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct)
    {
        terminal.SetPrice("EURUSD.r", bid, ask);
        return Task.CompletedTask;
    }

    public Task RefuseNextAsync(string words, CancellationToken ct)
    {
        (terminal.NextRetcode, terminal.NextWords) = (10006, words);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
