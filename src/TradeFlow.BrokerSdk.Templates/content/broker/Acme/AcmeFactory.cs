using Acme.Http;
using TradeFlow.BrokerSdk;

namespace Acme;

/// <summary>Logs in. The platform makes one of these when it loads the connector: the constructor does nothing.</summary>
public sealed class AcmeFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        List<FieldProblem> missing = [];
        if (!context.Credentials.ContainsKey("user")) missing.Add(new FieldProblem("user", "Enter your user name."));
        if (!context.Credentials.ContainsKey("password")) missing.Add(new FieldProblem("password", "Enter your password."));
        if (missing.Count > 0) return new ConnectOutcome.Failed(missing);

        var client = new AcmeClient(context, request.Endpoints["api"]);
        var session = await client.LogInAsync(ct);
        if (session is null) return new ConnectOutcome.Failed([new FieldProblem("password", "Acme refused this user name and password.")]);

        var accounts = session.Accounts.Select(account => new BrokerAccount { Id = account.Id, Name = account.Name, Currency = account.Currency, Balance = account.Balance }).ToList();
        var chosen = request.BrokerAccountId is { } id ? accounts.FirstOrDefault(account => account.Id == id) : accounts.Count == 1 ? accounts[0] : null;
        if (chosen is null && request.BrokerAccountId is not null) return new ConnectOutcome.Failed([new FieldProblem("", "Acme no longer shows this account.")]);
        return new ConnectOutcome.Connected(accounts, chosen is null ? null : new AcmeConnector(context, client, chosen.Id));
    }
}
