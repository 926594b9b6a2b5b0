using TradeFlow.BrokerSdk;
using TradeFlow.SamplePlugins.Good;

namespace TradeFlow.SamplePlugins.Broken;

/// <summary>A plugin that fails as soon as it is made.</summary>
public sealed class BrokenFactory : IConnectorFactory
{
    /// <summary>Throws.</summary>
    public BrokenFactory() => throw new InvalidOperationException("I never work.");

    /// <inheritdoc/>
    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct) =>
        throw new InvalidOperationException("Nobody gets here: the constructor has failed.");
}

/// <summary>A type that cannot be loaded without the assembly of its base.</summary>
public sealed class NeedsAnotherAssembly : Replaceable;
