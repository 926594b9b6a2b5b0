using TradeFlow.BrokerSdk.Testing;

namespace Acme.Tests;

/// <summary>What is put to the test: the built folder and the double of the broker.</summary>
public sealed class AcmeTarget : ConformanceTarget
{
    private static readonly string Here = Path.GetDirectoryName(typeof(AcmeTarget).Assembly.Location)!; // loaded from a file

    /// <inheritdoc/>
    public override string PluginFolder => Above("Acme/bin/plugin");

    /// <inheritdoc/>
    public override string TestDataFolder => Path.Combine(Here, "testdata");

    /// <inheritdoc/>
    public override string? ReportPath => Path.Combine(Here, "conformance.json");

    /// <inheritdoc/>
    public override async Task<IVenue> OpenVenueAsync(CancellationToken ct) => await Venue.AcmeVenue.StartAsync();

    private static string Above(string path)
    {
        for (var folder = new DirectoryInfo(Here); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, path))) return Path.Combine(folder.FullName, path);
        throw new DirectoryNotFoundException($"There is no {path} above {Here}: build the connector first.");
    }
}

// One class for each group of cases. They are empty: the kit brings the tests.
public sealed class Static : StaticConformance<AcmeTarget>;

public sealed class Connect : ConnectConformance<AcmeTarget>;

public sealed class Market : MarketConformance<AcmeTarget>;

public sealed class Limit : LimitConformance<AcmeTarget>;

public sealed class Cancel : CancelConformance<AcmeTarget>;

public sealed class Close : CloseConformance<AcmeTarget>;

public sealed class UnknownOutcomes : UnknownOutcomesConformance<AcmeTarget>;

public sealed class Reconcile : ReconcileConformance<AcmeTarget>;

public sealed class Streaming : StreamConformance<AcmeTarget>;

public sealed class Limits : LimitsConformance<AcmeTarget>;

public sealed class Lifecycle : LifecycleConformance<AcmeTarget>;
