using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

/// <summary>A connector to a toy broker that is right, and does wrong exactly one thing that its user asks for.</summary>
public sealed class SaboteurFactory : IConnectorFactory
{
    internal bool Closed { get; set; }

    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        var sabotage = Sabotage.Named(context.Credentials.TryGetValue("sabotage", out var name) ? name.Reveal() : "");
        var missing = new[] { "user", "password" }.Where(key => !context.Credentials.ContainsKey(key)).ToList();
        var client = new Client(context, request.Endpoints["api"], sabotage);
        if (missing.Count > 0)
        {
            if (sabotage.AsksAnyway) _ = await client.LogInAsync(ct);
            return new ConnectOutcome.Failed([.. missing.Select(key => new FieldProblem(key, "It is needed."))]);
        }
        try
        {
            if (!await client.LogInAsync(ct))
                return sabotage.ThrowsOnWrongPassword ? throw new ConnectorException(ConnectorErrorKind.Authentication, "Wrong password.")
                    : new ConnectOutcome.Failed([new FieldProblem("password", "The toy broker does not know this password.")]);
        }
        catch (ConnectorException e) when (sabotage.BlamesCredentials && e.Kind is not ConnectorErrorKind.Authentication)
        {
            return new ConnectOutcome.Failed([new FieldProblem("password", "The log-in did not work.")]);
        }
        var money = await client.GetAsync("account", WireJson.Default.Money, RequestClass.Query, ct);
        if (request.BrokerAccountId is { } named && named != money.Id && !sabotage.TakesAnyAccount)
            return new ConnectOutcome.Failed([new FieldProblem("", $"There is no account {named}.")]);
        var account = new BrokerAccount
        {
            Id = money.Id, Name = sabotage.NamesNoAccount ? "" : money.Name, Currency = money.Currency, Balance = money.Balance
        };
        return new ConnectOutcome.Connected([account], sabotage.Make(new Toy(this, client, context, sabotage)));
    }
}
