using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class ConnectCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-A10", ConformanceLevel.L1, "Right credentials connect and list the accounts", "A venue with one log-in.",
            "ConnectAsync without an account.", "Connected.",
            "At least one account; each has an id, a name and a currency of three capital letters.", RightCredentials),
        Card("TC-A20", ConformanceLevel.L1, "A named account gives a session", "The accounts of TC-A10.",
            "ConnectAsync with the first account's id.", "Connected with a session.", "The session is there and answers GetAccountAsync.",
            NamedAccount),
        Card("TC-A30", ConformanceLevel.L1, "Wrong credentials are Failed and name a field", "A wrong password or key.", "ConnectAsync.",
            "Failed.", "Every problem names a field of the form, or none, and has a sentence.", WrongCredentials,
            "The venue double has no wrong credentials."),
        Card("TC-A40", ConformanceLevel.L1, "Missing credentials are Failed without a request", "Only what the form does not require.",
            "ConnectAsync.", "Failed.", "A problem names a required field; nothing was asked of the broker.", MissingCredentials,
            "The form has no required field."),
        Card("TC-A50", ConformanceLevel.L1, "An account that is not there is not replaced by another", "Right credentials.",
            "ConnectAsync with an id that the broker does not have.", "Failed, or ConnectorException.", "No session.", UnknownAccount,
            "The form has no fields: every connection is an account of its own."),
        Card("TC-A60", ConformanceLevel.L2, "A broker that is down does not blame the credentials", "Every request is answered with 503.",
            "ConnectAsync.", "ConnectorException.", "It is no Failed, and its kind is not Authentication.",
            s => TroubleAtLogInAsync(s, HttpFault.Busy503), "The venue has no HTTP endpoint."),
        Card("TC-A65", ConformanceLevel.L2, "A broker that cannot be reached does not blame the credentials", "Nobody listens.",
            "ConnectAsync.", "ConnectorException.", "Its kind is Unreachable or Transient.", UnreachableAtLogIn,
            "The venue has no HTTP endpoint."),
        Card("TC-A80", ConformanceLevel.L1, "Making the factory does nothing", "A fresh plugin.",
            "The parameterless constructor, then the clock is put forward by a minute.", "Nothing.", "No request, nothing stored.",
            FactoryDoesNothing),
        Card("TC-A90", ConformanceLevel.L1, "No secret is logged", "Right and wrong credentials.", "Connect with both, place an order.",
            "Any.", "No line of the log contains the value of a secret field or of a credential with eight characters or more.",
            NothingSecretInLog, "The form has no secret field."),
    ];

    private static async Task RightCredentials(CaseStage s)
    {
        var connected = await s.LogInAsync(s.Plugin.CreateFactory());
        if (connected.Session is { } session) s.Keep(session);
        Require(connected.Accounts.Count > 0, "No account is listed.");
        foreach (var account in connected.Accounts)
        {
            Require(account.Id.Length > 0 && account.Name.Length > 0, "An account needs an id and a name.");
            Require(account.Currency.Length == 3 && account.Currency.All(char.IsAsciiLetterUpper),
                $"'{account.Currency}' is no ISO 4217 code.");
        }
    }

    private static async Task NamedAccount(CaseStage s)
    {
        var factory = s.Plugin.CreateFactory();
        var first = await s.LogInAsync(factory);
        if (first.Session is { } chosen) s.Keep(chosen);
        var named = RequireIs<ConnectOutcome.Connected>(await factory.ConnectAsync(s.Request(first.Accounts[0].Id), s.Context(), s.Ct),
            "A listed account has to connect.");
        Require(named.Session is not null, "A named account gives a session.");
        _ = await s.Keep(named.Session).GetAccountAsync(s.Ct);
    }

    private static async Task WrongCredentials(CaseStage s)
    {
        SkipUnless(s.Venue.WrongCredentials is not null, "The venue double has no wrong credentials.");
        var outcome = await s.Plugin.CreateFactory().ConnectAsync(s.Request(), s.Context(s.Venue.WrongCredentials), s.Ct);
        var failed = RequireIs<ConnectOutcome.Failed>(outcome, "Wrong credentials are Failed.");
        RequireProblems(s, failed);
    }

    private static async Task MissingCredentials(CaseStage s)
    {
        var required = s.Manifest.Connect.Fields.Where(field => field.Required).ToList();
        SkipUnless(required.Count > 0, "The form has no required field.");
        var outcome = await s.Plugin.CreateFactory().ConnectAsync(s.Request(), s.Context(s.Venue.Credentials.Where(
            entry => !required.Exists(field => field.Key == entry.Key)).ToDictionary(StringComparer.Ordinal)), s.Ct);
        var failed = RequireIs<ConnectOutcome.Failed>(outcome, "Missing credentials are Failed.");
        RequireProblems(s, failed);
        Require(failed.Problems.Any(problem => required.Any(field => field.Key == problem.Field)),
            "A problem has to name a required field.");
        Require(s.Http.Sent.Count == 0, "The broker was asked although credentials are missing.");
    }

    private static void RequireProblems(CaseStage s, ConnectOutcome.Failed failed)
    {
        Require(failed.Problems.Count > 0, "Failed needs a problem.");
        foreach (var problem in failed.Problems)
        {
            Require(problem.Message.Length > 0, "A problem needs a sentence.");
            Require(problem.Field.Length == 0 || s.Manifest.Connect.Fields.Any(field => field.Key == problem.Field),
                $"'{problem.Field}' is no field of the form.");
        }
    }

    private static async Task UnknownAccount(CaseStage s)
    {
        SkipUnless(s.Manifest.Connect.Fields.Count > 0, "The form has no fields: every connection is an account of its own.");
        try
        {
            var outcome = await s.Plugin.CreateFactory().ConnectAsync(s.Request("no-such-account"), s.Context(), s.Ct);
            if (outcome is ConnectOutcome.Connected { Session: { } session }) s.Keep(session);
            Require(outcome is not ConnectOutcome.Connected { Session: not null }, "An unknown account gave a session.");
        }
        catch (ConnectorException)
        {
            // Right as well.
        }
    }

    private static async Task TroubleAtLogInAsync(CaseStage s, HttpFault fault)
    {
        s.NeedsHttp();
        _ = s.Http.Arm(fault, FaultScope.All);
        var trouble = await ThrownAsync(s);
        SkipUnless(s.Http.Sent.Count > 0, "Connecting asks nothing of the broker.");
        var exception = RequireIs<ConnectorException>(trouble, "A log-in that got no answer throws ConnectorException.");
        Require(exception.Kind is not (ConnectorErrorKind.Authentication or ConnectorErrorKind.Permission),
            $"The kind is {exception.Kind}: the user would be asked for credentials that are right.");
    }

    private static async Task UnreachableAtLogIn(CaseStage s)
    {
        s.NeedsHttp();
        _ = s.Http.Arm(HttpFault.Refused, FaultScope.All);
        var trouble = await ThrownAsync(s);
        SkipUnless(s.Http.Sent.Count > 0, "Connecting asks nothing of the broker.");
        var exception = RequireIs<ConnectorException>(trouble, "A log-in that reached nobody throws ConnectorException.");
        Require(exception.Kind is ConnectorErrorKind.Unreachable or ConnectorErrorKind.Transient, $"The kind is {exception.Kind}.");
    }

    private static async Task<object> ThrownAsync(CaseStage s, IReadOnlyDictionary<string, string>? credentials = null)
    {
        try
        {
            return await s.Plugin.CreateFactory().ConnectAsync(s.Request(), s.Context(credentials), s.Ct);
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static Task FactoryDoesNothing(CaseStage s)
    {
        var factory = s.Plugin.CreateFactory();
        s.Clock.Advance(TimeSpan.FromMinutes(1));
        GC.KeepAlive(factory);
        Require(s.Http.Sent.Count == 0 && s.State.Writes == 0, "The constructor of the factory did I/O.");
        return Task.CompletedTask;
    }

    private static async Task NothingSecretInLog(CaseStage s)
    {
        var secret = s.Manifest.Connect.Fields.Where(field => field.Secret).Select(field => field.Key).ToList();
        SkipUnless(secret.Count > 0, "The form has no secret field.");
        // How wrong credentials are answered has a case of its own.
        if (s.Venue.WrongCredentials is { } wrong) _ = await ThrownAsync(s, wrong);
        var session = await s.OpenAsync();
        _ = await s.PlaceAsync(session, await s.MarketAsync(session));
        var values = new[] { s.Venue.Credentials, s.Venue.WrongCredentials ?? new Dictionary<string, string>() }
            .SelectMany(set => set.Where(entry => secret.Contains(entry.Key))).Select(entry => entry.Value)
            .Where(value => value.Length > 0).ToList();
        foreach (var line in s.Log.Lines)
            Require(!values.Any(value => line.Contains(value, StringComparison.OrdinalIgnoreCase)), "A line of the log contains a secret.");
    }
}
