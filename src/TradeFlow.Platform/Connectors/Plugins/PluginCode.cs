using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>The code of one version of a plugin, wherever it runs.</summary>
internal abstract class PluginCode
{
    /// <summary>What it has loaded that nobody has checked.</summary>
    public abstract string? Breach { get; }

    /// <summary>The process that it runs in, where it has one of its own and that runs.</summary>
    public virtual int? Process => null;

    /// <summary>Why it does not run now, though it is tried again.</summary>
    public virtual string? Problem => null;

    /// <summary>Starts it again where it has ended and its pause is over.</summary>
    public virtual Task KeepAsync(CancellationToken ct) => Task.CompletedTask;

    public abstract Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct);

    /// <returns><c>null</c> when the connector cannot read what an older version stored.</returns>
    public abstract Task<IReadOnlyDictionary<string, string>?> UpgradeCredentialsAsync(int fromVersion,
        IReadOnlyDictionary<string, string> stored, CancellationToken ct);

    /// <exception cref="ConnectorException">The connector has no choices to list.</exception>
    public abstract Task<IReadOnlyList<FieldOption>> ListOptionsAsync(OptionsRequest request, IConnectorContext context,
        CancellationToken ct);

    /// <summary>Lets go of the code. The answer is dead once the code is gone.</summary>
    public abstract WeakReference Leave();
}
