using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class LimitsCases
{
    private const string NoHttp = "The venue has no HTTP endpoint.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-I10", ConformanceLevel.L1, "Every request says what it counts as", "A session.", "Log-in, order, close, state, price.",
            "Requests.", "No class is Unknown; an order is Order; a close is Cancel or Order.", Classes, NoHttp),
        Card("TC-I20", ConformanceLevel.L1, "Only hosts of the manifest are called", "A session.", "Log-in, order, close, state, price.",
            "Requests.", "Every host is an endpoint of the mode or in egress.", Hosts, NoHttp),
        Card("TC-I30", ConformanceLevel.L1, "What changes something is sent by SendOnceAsync", "A session.", "An order and a close.",
            "Requests.", "Every command went through SendOnceAsync; each order of the venue has one.", SentOnce, NoHttp),
        Card("TC-I40", ConformanceLevel.L2, "A limit on reads is told as a limit", "Every read is answered with 429 and Retry-After.",
            "GetStateAsync.", "ConnectorException.", "Its kind is RateLimited; no more requests were made than a whole state takes.",
            LimitedRead, NoHttp),
        Card("TC-I50", ConformanceLevel.L1, "A session that nobody uses is quiet", "A session.",
            "The clock is put forward by five minutes.", "Nothing, or a renewal of the log-in.", "No request of another class than Auth.",
            Quiet, NoHttp),
        Card("TC-I60", ConformanceLevel.L2, "Several who find the token ended log in once", "A session; all tokens end.",
            "GetAccountAsync four times at once.", "Four accounts.", "No more requests of the class Auth than for one GetAccountAsync.",
            OneLogIn, NoHttp),
    ];

    private static async Task<IBrokerConnector> TradeAsync(CaseStage s)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session);
        _ = await session.GetQuoteAsync(order.Instrument.BrokerSymbol, s.Ct);
        _ = await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, order.Instrument), s.Ct));
        return session;
    }

    private static async Task Classes(CaseStage s)
    {
        _ = await TradeAsync(s);
        var unsaid = s.Http.Sent.FirstOrDefault(request => request.Class is RequestClass.Unknown);
        Require(unsaid is null, $"{unsaid?.Method} {unsaid?.Uri.AbsolutePath} has no class.");
        Require(s.Http.Sent.Any(request => request.Class is RequestClass.Order), "No request counts as Order.");
    }

    private static async Task Hosts(CaseStage s)
    {
        _ = await TradeAsync(s);
        Require(s.Http.Forbidden.Count == 0, $"{string.Join(", ", s.Http.Forbidden.Distinct())} is not in the manifest.");
    }

    private static async Task SentOnce(CaseStage s)
    {
        _ = await TradeAsync(s);
        var wrong = s.Http.Sent.FirstOrDefault(
            request => request.Method != HttpMethod.Get && request.Class is RequestClass.Order or RequestClass.Cancel && !request.Once);
        Require(wrong is null,
            $"{wrong?.Method} {wrong?.Uri.AbsolutePath} changes something and went through QueryAsync, which the host may repeat.");
        Require(s.Http.Commands.Count(request => request.Once) >= 2,
            "An order and a close were done, and fewer than two commands went through SendOnceAsync.");
    }

    private static async Task LimitedRead(CaseStage s)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        // What is read once a session is read by now; the parts of a state may be asked for side by side.
        _ = await s.StateAsync(session);
        var before = s.Http.Sent.Count;
        _ = await s.StateAsync(session);
        var whole = s.Http.Sent.Count - before;
        _ = s.Http.Arm(HttpFault.TooMany, FaultScope.Queries);
        try
        {
            _ = await s.StateAsync(session);
            Require(s.Http.Disarm() == 0, "No read was answered, and a state was told.");
        }
        catch (ConnectorException e)
        {
            var struck = s.Http.Disarm();
            Require(e.Kind is ConnectorErrorKind.RateLimited, $"429 was told as {e.Kind}.");
            Require(struck <= whole, $"{struck} requests were made against the limit; a whole state takes {whole}.");
        }
    }

    private static async Task OneLogIn(CaseStage s)
    {
        s.NeedsHttp();
        s.NeedsPower(VenuePowers.TokenExpiry);
        var session = await s.OpenAsync();
        var alone = await LogInsAsync(s, session, readers: 1);
        var together = await LogInsAsync(s, session, readers: 4);
        Require(together <= alone, $"Four reads at once sent {together} requests to log in, one read {alone}.");
    }

    private static async Task<int> LogInsAsync(CaseStage s, IBrokerConnector session, int readers)
    {
        await s.Venue.ExpireTokensAsync(s.Ct);
        var before = s.Http.Sent.Count;
        await Task.WhenAll(Enumerable.Range(0, readers).Select(_ => session.GetAccountAsync(s.Ct)));
        return s.Http.Sent.Skip(before).Count(request => request.Class is RequestClass.Auth);
    }

    private static async Task Quiet(CaseStage s)
    {
        s.NeedsHttp();
        _ = await s.OpenAsync();
        var before = s.Http.Sent.Count;
        for (var step = 0; step < 10; step++)
        {
            s.Clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(TimeSpan.FromMilliseconds(10), s.Ct);
        }
        var noise = s.Http.Sent.Skip(before).FirstOrDefault(request => request.Class is not RequestClass.Auth);
        Require(noise is null, $"{noise?.Method} {noise?.Uri.AbsolutePath} was called, and nobody had asked.");
    }
}
