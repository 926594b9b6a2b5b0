using System.Globalization;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep;

/// <summary>Logs in to the ProjectX Gateway with user name and API key.</summary>
public sealed class TopstepFactory : IConnectorFactory
{
    private readonly SharedLogins<UserLink> links = new();

    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        foreach (var name in (string[])["api", "userHub", "marketHub"])
            if (!request.Endpoints.ContainsKey(name))
                throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"The mode {request.Mode} has no address for {name}.");
        var credentials = new LoginKeyBody(Text(context, "user_name").Trim(), Text(context, "api_key").Trim());
        if (Missing(credentials, Text(context, "rules_confirmed")) is { Count: > 0 } missing) return new ConnectOutcome.Failed(missing);

        var baseUrl = request.Endpoints["api"];
        var link = links.For(CredentialFingerprint.Of(baseUrl, credentials.UserName, credentials.ApiKey),
            () => new UserLink(baseUrl, credentials));
        var gateway = new Gateway(context, baseUrl);
        // A user who is just connecting typed a key that has to be tried; a session that comes back has been connected before.
        if (request.BrokerAccountId is null && await link.Login.TryAsync(context, ct) is { } refused)
            return new ConnectOutcome.Failed([Problem(refused)]);
        try
        {
            var accounts = await new GatewayCalls(gateway, link.Login, context, 0).AccountsAsync(RequestClass.Query, ct);
            return Open(request, context, link, gateway, accounts);
        }
        catch (ConnectorException e) when (e.Kind is ConnectorErrorKind.Authentication)
        {
            return new ConnectOutcome.Failed([new FieldProblem("api_key", e.Message)]);
        }
    }

    private static ConnectOutcome Open(
        ConnectRequest request, IConnectorContext context, UserLink link, Gateway gateway, IReadOnlyList<WireAccount> accounts)
    {
        // Whoever chose practice must not find real money behind it.
        var ofMode = request.Mode is "demo" ? accounts.Where(account => account.Simulated is not false).ToList() : accounts;
        var tradable = ofMode.Where(account => account is { CanTrade: true, IsVisible: not false }).ToList();
        var offered = tradable.Count > 0 ? tradable : ofMode;
        if (offered.Count == 0) return new ConnectOutcome.Failed([new FieldProblem("",
            "The API key works, but Topstep shows no trading account of this kind behind it.")]);
        var chosen = request.BrokerAccountId is { } id ? ofMode.FirstOrDefault(account => IdOf(account) == id) : offered.Count == 1
            ? offered[0] : null;
        if (request.BrokerAccountId is { } named && chosen is null)
            return new ConnectOutcome.Failed([new FieldProblem("", $"Topstep shows no account {named} behind this API key any more.")]);
        return new ConnectOutcome.Connected(
            [.. offered.Select(account => new BrokerAccount
            {
                Id = IdOf(account), Name = account.Name ?? IdOf(account), Currency = "USD", Balance = account.Balance
            })], chosen is null ? null : new TopstepConnector(new AccountSession(context, request, link, gateway, chosen.Id)));
    }

    private static string IdOf(WireAccount account) => account.Id.ToString(CultureInfo.InvariantCulture);

    private static string Text(IConnectorContext context, string key) =>
        context.Credentials.TryGetValue(key, out var secret) ? secret.Reveal() ?? "" : "";

    private static List<FieldProblem> Missing(LoginKeyBody credentials, string confirmed)
    {
        List<FieldProblem> problems = [];
        if (credentials.UserName.Length == 0) problems.Add(new FieldProblem("user_name", "Enter the user name of your TopstepX log-in."));
        if (credentials.ApiKey.Length == 0) problems.Add(new FieldProblem("api_key", "Enter the API key that you made in TopstepX."));
        if (confirmed != "true") problems.Add(new FieldProblem("rules_confirmed",
            "Read Topstep's rule about remote servers first, and confirm it. Without that nothing is connected."));
        return problems;
    }

    private static FieldProblem Problem(Answer.Refused refused) => refused.Code switch
    {
        LoginCodes.ApiSubscriptionNotFound =>
            new FieldProblem("api_key", "Topstep finds no API subscription for this user. It is booked in TopstepX under Settings, API."),
        LoginCodes.ApiKeyAuthenticationDisabled =>
            new FieldProblem("api_key", "Logging in with an API key is turned off for this user at Topstep."),
        LoginCodes.AgreementsNotSigned =>
            new FieldProblem("user_name", "Topstep wants agreements to be signed first: log in to TopstepX once and sign them."),
        1 => new FieldProblem("user_name", "Topstep does not know this user name. It is the one of TopstepX, not the e-mail."),
        _ => new FieldProblem("api_key", $"Topstep does not accept this user name and API key ({LoginCodes.Words(refused)}). Check both."),
    };
}
