using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.Plugins.Paper.Tests.Conformance;

/// <summary>Paper fills in-house: it is its own venue.</summary>
public sealed class PaperTarget : ConformanceTarget
{
    public override string PluginFolder => Near("artifacts/plugins/Paper");

    public override string ReportPath => Path.Combine(Near("artifacts"), "conformance", "paper.json");

    public override Task<IVenue> OpenVenueAsync(CancellationToken ct) => Task.FromResult<IVenue>(new InHouseVenue("demo", "EURUSD"));
}
