using Acme.Http;
using TradeFlow.BrokerSdk;

namespace Acme;

/// <summary>Connects. The platform makes one of these when it loads the connector: the constructor does nothing.</summary>
public sealed class AcmeFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        List<FieldProblem> missing = [];
#if (auth == "token")
        if (!context.Credentials.ContainsKey("key")) missing.Add(new FieldProblem("key", "Enter your API key."));
        if (!context.Credentials.ContainsKey("secret")) missing.Add(new FieldProblem("secret", "Enter the secret of the key."));
#else
        if (!context.Credentials.ContainsKey("user")) missing.Add(new FieldProblem("user", "Enter your user name."));
        if (!context.Credentials.ContainsKey("password")) missing.Add(new FieldProblem("password", "Enter your password."));
#endif
        if (missing.Count > 0) return new ConnectOutcome.Failed(missing);

        var client = new AcmeClient(context, request.Endpoints["api"]);
        List<BrokerAccount> accounts;
        try
        {
            accounts = [.. (await client.AccountsAsync(ct)).Select(account =>
                new BrokerAccount { Id = account.Id, Name = account.Name, Currency = account.Currency, Balance = account.Balance })];
        }
        catch (ConnectorException e) when (e.Kind is ConnectorErrorKind.Authentication)
        {
#if (auth == "token")
            return new ConnectOutcome.Failed([new FieldProblem("secret", "Acme refused this key and secret.")]);
#else
            return new ConnectOutcome.Failed([new FieldProblem("password", "Acme refused this user name and password.")]);
#endif
        }
        var chosen = request.BrokerAccountId is { } id ? accounts.FirstOrDefault(account => account.Id == id) : accounts.Count == 1
            ? accounts[0] : null;
        if (chosen is null && request.BrokerAccountId is not null)
            return new ConnectOutcome.Failed([new FieldProblem("", "Acme no longer shows this account.")]);
        return new ConnectOutcome.Connected(accounts, chosen is null ? null : new AcmeConnector(context, client, chosen.Id));
    }
}
