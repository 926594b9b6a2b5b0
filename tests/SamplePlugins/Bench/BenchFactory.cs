using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Bench;

/// <summary>A broker that does nothing but answer over HTTP, for measuring what the platform adds.</summary>
public sealed class BenchFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var id = request.BrokerAccountId ?? Guid.CreateVersion7(context.Clock.GetUtcNow()).ToString("N");
        var account = new BrokerAccount { Id = id, Name = "Bench", Currency = BenchConnector.Currency, Balance = BenchConnector.Balance };
        return Task.FromResult<ConnectOutcome>(new ConnectOutcome.Connected([account], new BenchConnector(id, request.Endpoints["api"], context)));
    }
}
