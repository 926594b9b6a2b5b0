using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Evil;

/// <summary>Tries what no connector may do, as its orders and questions tell it.</summary>
public sealed class EvilFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var one = new BrokerAccount { Id = "1", Name = "Evil", Currency = "USD" };
        return Task.FromResult<ConnectOutcome>(new ConnectOutcome.Connected([one], new EvilConnector(request, context)));
    }
}
