using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker;

/// <summary>Logs in to TradeLocker with e-mail, password and server.</summary>
public sealed class TradeLockerFactory : IConnectorFactory
{
    private readonly SharedLogins<Login> logins = new();

    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        if (!request.Endpoints.TryGetValue("api", out var baseUrl))
            throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"The mode {request.Mode} has no address.");
        var credentials = new LogInBody(Text(context, "email").Trim(), Text(context, "password"), Text(context, "server").Trim());
        if (Missing(credentials) is { Count: > 0 } missing) return new ConnectOutcome.Failed(missing);

        var login = logins.For(Login.FingerprintOf(baseUrl, credentials), () => new Login(baseUrl, credentials));
        // A user who is just connecting typed a password that has to be tried; a session that comes back has been connected before.
        if (request.BrokerAccountId is null && await login.TryAsync(context, ct) is { } refusal)
            return new ConnectOutcome.Failed([Problem(refusal, credentials)]);
        IReadOnlyList<TradeLockerAccount> accounts;
        try
        {
            accounts = await AccountsAsync(login, context, baseUrl, ct);
        }
        catch (ConnectorException e) when (e.Kind is ConnectorErrorKind.Authentication)
        {
            return new ConnectOutcome.Failed([Problem(e.Message, credentials)]);
        }
        return await OpenAsync(request, context, baseUrl, login, accounts, ct);
    }

    private static async Task<ConnectOutcome> OpenAsync(
        ConnectRequest request, IConnectorContext context, Uri baseUrl, Login login, IReadOnlyList<TradeLockerAccount> accounts,
        CancellationToken ct)
    {
        // Prop firms leave ended challenges in the list: they are offered only when there is nothing else.
        var offered = accounts.Any(account => account.IsActive) ? accounts.Where(account => account.IsActive).ToList() : accounts;
        if (offered.Count == 0) return new ConnectOutcome.Failed([new FieldProblem("",
            "The log-in works, but TradeLocker shows no trading account behind it.")]);
        var chosen = request.BrokerAccountId is { } id ? accounts.FirstOrDefault(account => account.Id == id) : offered.Count == 1
            ? offered[0] : null;
        if (request.BrokerAccountId is { } named && chosen is null)
            return new ConnectOutcome.Failed([new FieldProblem("", $"TradeLocker shows no account {named} behind this log-in any more.")]);
        var session = chosen is null ? null : new TradeLockerConnector(await AccountSession.OpenAsync(context, baseUrl, chosen, login, ct));
        return new ConnectOutcome.Connected([.. offered.Select(account => account.ToBrokerAccount())], session);
    }

    private static async Task<IReadOnlyList<TradeLockerAccount>> AccountsAsync(
        Login login, IConnectorContext context, Uri baseUrl, CancellationToken ct)
    {
        var calls = new AuthCalls(context.Http, baseUrl, context.Clock);
        var token = await login.TokenAsync(context, ct);
        try
        {
            return await calls.AllAccountsAsync(token, ct);
        }
        catch (UnauthorizedException)
        {
            token = await login.RenewAsync(token, context, ct);
        }
        try
        {
            return await calls.AllAccountsAsync(token, ct);
        }
        catch (UnauthorizedException e)
        {
            throw new ConnectorException("TradeLocker turns a fresh session away.", e);
        }
    }

    private static string Text(IConnectorContext context, string key) =>
        context.Credentials.TryGetValue(key, out var secret) ? secret.Reveal() ?? "" : "";

    private static List<FieldProblem> Missing(LogInBody credentials)
    {
        List<FieldProblem> problems = [];
        if (credentials.Email.Length == 0) problems.Add(new FieldProblem("email", "Enter the e-mail of your TradeLocker log-in."));
        if (credentials.Password.Length == 0) problems.Add(new FieldProblem("password", "Enter the password of your TradeLocker log-in."));
        if (credentials.Server.Length == 0)
            problems.Add(new FieldProblem("server", "Enter the server as it stands on TradeLocker's log-in page."));
        return problems;
    }

    // TradeLocker names no field; only a text about the server says that it is not the password.
    private static FieldProblem Problem(string words, LogInBody credentials) => words.Contains("server", StringComparison.OrdinalIgnoreCase)
        && !words.Contains("internal", StringComparison.OrdinalIgnoreCase)
        ? new FieldProblem("server", $"TradeLocker knows no server \"{credentials.Server}\". Write it exactly as on your broker's log-in page, and check demo or live.")
        : new FieldProblem("password", $"TradeLocker does not accept this e-mail and password on the server \"{credentials.Server}\". Check all three, and demo or live.");
}
