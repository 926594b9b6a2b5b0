using System.Runtime.CompilerServices;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>One version of a plugin in this process: its factory, how many sessions use it, and whether it fails too often.</summary>
internal sealed class LoadedPlugin(ConnectorManifest manifest, PluginFolder folder, string sha256, string shadow, PluginFence fence, IConnectorFactory factory, TimeProvider clock)
{
    private readonly Lock gate = new();
    private PluginFence? fence = fence;
    private IConnectorFactory? factory = factory;
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
    public string? Breach
    {
        get
        {
            lock (gate) return fence?.Breach;
        }
    }

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

    public PluginStatus Status => new(Manifest.Slug, Manifest, State, Reason, Sha256, Folder.Path) { Sessions = Users, Conformance = Conformance, Origin = Origin };

    public PluginState State => Breaker.IsOpen ? PluginState.Faulted : PluginState.Active;

    public string? Reason => Breaker.IsOpen ? $"It failed {Breaker.Faults} times in a row; entries wait. Last: {Breaker.LastFault}" : null;

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

    [MethodImpl(MethodImplOptions.NoInlining)]
    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext connectorContext, CancellationToken ct) =>
        (factory ?? throw new ConnectorException(ConnectorErrorKind.Transient, $"{Manifest.Name} is being replaced by another version.")).ConnectAsync(request, connectorContext, ct);

    /// <summary><c>null</c> when the connector cannot read what an older version stored.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public IReadOnlyDictionary<string, string>? UpgradeCredentials(int fromVersion, IReadOnlyDictionary<string, string> stored) =>
        factory is IUpgradeCredentials upgrading ? upgrading.UpgradeCredentials(fromVersion, stored) : null;

    /// <exception cref="ConnectorException">The connector has no choices to list.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Task<IReadOnlyList<FieldOption>> ListOptionsAsync(OptionsRequest request, IConnectorContext connectorContext, CancellationToken ct) =>
        (factory as IListOptions ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"The connector of {Manifest.Name} lists no choices.")).ListOptionsAsync(request, connectorContext, ct);

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
        lock (gate)
        {
            retired = true;
            factory = null;
            var leaving = fence;
            fence = null;
            return leaving?.Leave() ?? new WeakReference(target: null);
        }
    }
}
