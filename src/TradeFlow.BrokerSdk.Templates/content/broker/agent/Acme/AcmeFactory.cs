using TradeFlow.BrokerSdk;

namespace Acme;

/// <summary>
/// Opens the session of an account whose terminal reports through the platform's agent channel. There is nothing to log in to.
/// </summary>
public sealed class AcmeFactory : IConnectorFactory
{
    // ISO 4217 for "no currency": until the agent has reported for the first time.
    private const string NotToldYet = "XXX";

    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Credentials.TryGetValue("login", out var login))
            return new ConnectOutcome.Failed([new FieldProblem("login", "Enter the account number that the terminal shows.")]);
        var agent = context.Agent ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured,
            "This platform gives the connector no channel to the terminal.");
        var id = login.Reveal();
        if (request.BrokerAccountId is { } named && named != id)
            return new ConnectOutcome.Failed([new FieldProblem("login", "This is another account.")]);
        var currency = (await agent.LatestAsync(ct))?.Currency ?? NotToldYet;
        return new ConnectOutcome.Connected([new BrokerAccount { Id = id, Name = $"Acme {id}", Currency = currency }],
            new AcmeConnector(agent, context.Clock));
    }
}
