using System.Runtime.CompilerServices;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>A plugin in this process: the Worker's, or one of its own.</summary>
internal sealed class CodeHere(string name, PluginFence fence, IConnectorFactory factory) : PluginCode
{
    private readonly Lock gate = new();
    private PluginFence? fence = fence;
    private IConnectorFactory? factory = factory;

    public override string? Breach
    {
        get
        {
            lock (gate) return fence?.Breach;
        }
    }

    private IConnectorFactory Factory =>
        factory ?? throw new ConnectorException(ConnectorErrorKind.Transient, $"{name} is being replaced by another version.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct) =>
        Factory.ConnectAsync(request, context, ct);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override Task<IReadOnlyDictionary<string, string>?> UpgradeCredentialsAsync(int fromVersion,
        IReadOnlyDictionary<string, string> stored, CancellationToken ct) =>
        Task.FromResult(factory is IUpgradeCredentials upgrading ? upgrading.UpgradeCredentials(fromVersion, stored) : null);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override Task<IReadOnlyList<FieldOption>> ListOptionsAsync(OptionsRequest request, IConnectorContext context,
        CancellationToken ct) =>
        (Factory as IListOptions ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured,
            $"The connector of {name} lists no choices.")).ListOptionsAsync(request, context, ct);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override WeakReference Leave()
    {
        lock (gate)
        {
            factory = null;
            var leaving = fence;
            fence = null;
            return leaving?.Leave() ?? new WeakReference(target: null);
        }
    }
}
