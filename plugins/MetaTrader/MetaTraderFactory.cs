using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>
/// Opens the session of an account whose terminal reports through the host's agent channel. There is nothing to log in to.
/// </summary>
public sealed class MetaTraderFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Credentials.TryGetValue("login", out var login) || login.Reveal().Length == 0)
            return new ConnectOutcome.Failed([new FieldProblem("login", "The login is missing.")]);
        var agent = context.Agent ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured,
            "This platform gives the connector no channel to the terminal.");
        var id = login.Reveal();
        var currency = (await agent.LatestAsync(ct))?.Currency ?? "XXX";
        var isOurs = request.BrokerAccountId is null || request.BrokerAccountId == id;
        return new ConnectOutcome.Connected([new BrokerAccount { Id = id, Name = $"MetaTrader {id}", Currency = currency }],
            isOurs ? new MetaTraderConnector(agent, context.State, context.Clock) : null);
    }
}
