using System.Runtime.CompilerServices;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>One version of a plugin that is loaded: its code, how many sessions use it, and whether it fails too often.</summary>
internal sealed class LoadedPlugin(
    ConnectorManifest manifest, PluginFolder folder, string sha256, string shadow, PluginCode code, TimeProvider clock)
{
    private readonly Lock gate = new();
    private int users;
    private bool retired;

    public ConnectorManifest Manifest { get; } = manifest;
    public PluginFolder Folder { get; } = folder;
    public string Sha256 { get; } = sha256;
    public string Shadow { get; } = shadow;
    public FaultBreaker Breaker { get; } = new(clock);

    public bool IsRetired
    {
        get
        {
            lock (gate) return retired;
        }
    }

    /// <summary>What it has loaded that nobody has checked.</summary>
    public string? Breach => code.Breach;

    /// <summary>The process that it runs in, where it has one of its own and that runs.</summary>
    public int? Process => code.Process;

    /// <summary>Sessions that still run on it.</summary>
    public int Users
    {
        get
        {
            lock (gate) return users;
        }
    }

    public PluginConformance? Conformance { get; init; }
    public required PluginOrigin Origin { get; init; }

    public PluginStatus Status =>
        new(Manifest.Slug, Manifest, State, Reason, Sha256, Folder.Path) { Sessions = Users, Conformance = Conformance, Origin = Origin };

    public PluginState State => Breaker.IsOpen || code.Problem is not null ? PluginState.Faulted : PluginState.Active;

    public string? Reason =>
        Breaker.IsOpen ? $"It failed {Breaker.Faults} times in a row; entries wait. Last: {Breaker.LastFault}" : code.Problem;

    /// <summary>Counts a session. True is followed by one <see cref="Release"/>; false says that the version takes no more.</summary>
    public bool TryAcquire()
    {
        lock (gate)
        {
            if (retired) return false;
            users++;
            return true;
        }
    }

    /// <summary>Starts it again where it has ended.</summary>
    public Task KeepAsync(CancellationToken ct) => code.KeepAsync(ct);

    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext connectorContext, CancellationToken ct) =>
        code.ConnectAsync(request, connectorContext, ct);

    /// <returns><c>null</c> when the connector cannot read what an older version stored.</returns>
    public Task<IReadOnlyDictionary<string, string>?> UpgradeCredentialsAsync(
        int fromVersion, IReadOnlyDictionary<string, string> stored, CancellationToken ct) =>
            code.UpgradeCredentialsAsync(fromVersion, stored, ct);

    /// <exception cref="ConnectorException">The connector has no choices to list.</exception>
    public Task<IReadOnlyList<FieldOption>> ListOptionsAsync(
        OptionsRequest request, IConnectorContext connectorContext, CancellationToken ct) =>
        code.ListOptionsAsync(request, connectorContext, ct);

    public void Release()
    {
        lock (gate) users--;
    }

    /// <summary>No new sessions from here on.</summary>
    public void Retire()
    {
        lock (gate) retired = true;
    }

    /// <summary>Lets go of the code. The answer is dead once the runtime has collected it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public WeakReference Unload()
    {
        Retire();
        return code.Leave();
    }
}
