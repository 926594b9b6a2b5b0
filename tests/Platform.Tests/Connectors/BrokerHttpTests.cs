using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Http;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class BrokerHttpTests : IDisposable
{
    private readonly RawServer server = new();

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_request_without_a_body_reaches_the_broker_once_even_when_the_kept_connection_is_closed_on_it(string method)
    {
        using var http = Make(server.Address);
        server.Answer = _ => RawServer.Ok("{}");
        using (await http.QueryAsync(new HttpRequestMessage(HttpMethod.Get, server.Address), RequestClass.Query, CancellationToken.None))
        {
        }
        // From now on the server reads a request and hangs up: what a handler that sends again would do is seen in the count.
        server.Answer = _ => null;

        var error = await Should.ThrowAsync<HttpRequestException>(() => http.SendOnceAsync(new HttpRequestMessage(new HttpMethod(method),
            new Uri(server.Address, "/orders")), RequestClass.Order, CancellationToken.None));

        HttpOutcome.From(error).ShouldBeOfType<OrderOutcome.Unknown>();
        server.Requests.Count(request => request.StartsWith(method, StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_host_outside_the_list_is_refused_before_a_byte_leaves()
    {
        using var http = Make(server.Address, "api.listed.example");

        foreach (var address in new[] { "https://evil.example/", "https://listed.example/", "http://api.listed.example/",
            "ftp://127.0.0.1/", $"https://user:secret@{server.Address.Authority}/" })
            await Should.ThrowAsync<RequestNotSentException>(
                () => http.SendOnceAsync(new HttpRequestMessage(HttpMethod.Post, address), RequestClass.Order, CancellationToken.None));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_listed_name_that_leads_into_a_private_network_is_refused()
    {
        using var http = Make(new Uri("https://broker.example"), "localhost");

        var error = await Should.ThrowAsync<HttpRequestException>(() =>
            http.SendOnceAsync(new HttpRequestMessage(HttpMethod.Post, $"https://localhost:{server.Address.Port}/"), RequestClass.Order,
                CancellationToken.None));

        HttpOutcome.From(error).ShouldBeOfType<OrderOutcome.NotSent>();
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        using var http = Make(server.Address);
        server.Answer = _ => "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";

        using var answer = await http.SendOnceAsync(new HttpRequestMessage(HttpMethod.Post, server.Address), RequestClass.Order,
            CancellationToken.None);

        answer.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_order_answer_above_one_mebibyte_is_an_unknown_outcome_and_a_query_answer_is_read()
    {
        using var http = Make(server.Address);
        server.Answer = _ => RawServer.Ok(new string('x', (1 << 20) + 1));

        var error = await Should.ThrowAsync<HttpRequestException>(
            () => http.SendOnceAsync(new HttpRequestMessage(HttpMethod.Post, server.Address), RequestClass.Order, CancellationToken.None));
        using var answer = await http.QueryAsync(new HttpRequestMessage(HttpMethod.Get, server.Address), RequestClass.Query,
            CancellationToken.None);

        HttpOutcome.From(error).ShouldBeOfType<OrderOutcome.Unknown>();
        (await answer.Content.ReadAsStringAsync()).Length.ShouldBe((1 << 20) + 1);
    }

    [Fact]
    public async Task A_refused_connection_proves_that_nothing_was_sent()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        using var http = Make(new Uri($"http://127.0.0.1:{port}"));

        var error = await Should.ThrowAsync<HttpRequestException>(() => http.SendOnceAsync(
            new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/"), RequestClass.Order, CancellationToken.None));

        HttpOutcome.From(error).ShouldBeOfType<OrderOutcome.NotSent>();
    }

    [Fact]
    public async Task Orders_leave_a_reserve_that_a_cancel_may_use()
    {
        using var http = Make(server.Address, rules: [new RateLimitRule { Class = "order", Permits = 5, PerSeconds = 600 }]);
        server.Answer = _ => RawServer.Ok("{}");

        for (var i = 0; i < 4; i++) (await SendAsync(http, RequestClass.Order)).Dispose();

        await Should.ThrowAsync<RequestNotSentException>(() => SendAsync(http, RequestClass.Order));
        (await SendAsync(http, RequestClass.Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_broker_that_says_too_many_requests_is_left_alone_for_as_long_as_it_asks()
    {
        using var http = Make(server.Address, rules: [new RateLimitRule { Class = "order", Permits = 100, PerSeconds = 1 }]);
        server.Answer = _ => "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n";
        (await SendAsync(http, RequestClass.Order)).Dispose();

        var keptBack = await Should.ThrowAsync<RequestNotSentException>(() => SendAsync(http, RequestClass.Order));

        server.Requests.Count.ShouldBe(1);
        keptBack.Message.ShouldBe("Sample has asked for a pause; the next request can go in 60 s.");
    }

    [Fact]
    public async Task What_an_exit_reads_is_held_up_by_no_other_read_and_leaves_the_exit_its_reserve()
    {
        using var http = Make(server.Address, rules: [new RateLimitRule { Class = "query", Permits = 3, PerSeconds = 600 },
            new RateLimitRule { Class = "cancel", Permits = 5, PerSeconds = 600 }]);
        server.Answer = _ => RawServer.Ok("{}");

        for (var i = 0; i < 3; i++) (await AskAsync(http, RequestClass.Query)).Dispose();
        await Should.ThrowAsync<RequestNotSentException>(() => AskAsync(http, RequestClass.Query));
        for (var i = 0; i < 4; i++) (await AskAsync(http, RequestClass.ExitQuery)).Dispose();
        await Should.ThrowAsync<RequestNotSentException>(() => AskAsync(http, RequestClass.ExitQuery));
        (await SendAsync(http, RequestClass.Cancel)).Dispose();

        server.Requests.Count.ShouldBe(8);
    }

    [Fact]
    public async Task Where_exits_have_no_limit_of_their_own_what_they_read_may_use_the_reserve_of_the_reads()
    {
        using var http = Make(server.Address, rules: [new RateLimitRule { Class = "query", Permits = 5, PerSeconds = 600 }]);
        server.Answer = _ => RawServer.Ok("{}");

        for (var i = 0; i < 4; i++) (await AskAsync(http, RequestClass.Query)).Dispose();
        await Should.ThrowAsync<RequestNotSentException>(() => AskAsync(http, RequestClass.Query));

        (await AskAsync(http, RequestClass.ExitQuery)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Our_own_limit_is_named_as_ours_with_how_long_it_lasts()
    {
        using var http = Make(server.Address, rules: [new RateLimitRule { Class = "query", Permits = 1, PerSeconds = 600 }]);
        server.Answer = _ => RawServer.Ok("{}");
        (await AskAsync(http, RequestClass.Query)).Dispose();

        var keptBack = await Should.ThrowAsync<RequestNotSentException>(() => AskAsync(http, RequestClass.Query));

        keptBack.Message.ShouldBe("TradeFlow's own limit for Sample (reads: 1 in 600 s) is used up; the next request can go in 600 s.");
        keptBack.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(500));
    }

    [Fact]
    public async Task A_caller_that_gives_up_while_our_own_limit_keeps_it_back_hears_that_nothing_was_sent()
    {
        using var http = Make(server.Address, rules: [new RateLimitRule { Class = "order", Permits = 1, PerSeconds = 4 },
            new RateLimitRule { Class = "cancel", Permits = 1, PerSeconds = 4 }]);
        server.Answer = _ => RawServer.Ok("{}");
        (await SendAsync(http, RequestClass.Order)).Dispose();
        using var given = new CancellationTokenSource();
        var waiting = http.SendOnceAsync(new HttpRequestMessage(HttpMethod.Post, server.Address), RequestClass.Order, given.Token);

        await given.CancelAsync();

        (await Should.ThrowAsync<RequestNotSentException>(() => waiting)).Message
            .ShouldStartWith("TradeFlow's own limit for Sample (orders: 1 in 4 s)");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_bucket_that_the_broker_names_at_run_time_is_kept()
    {
        var clock = new HandClock();
        var window = new RollingWindow(clock);
        window.Set(2, TimeSpan.FromSeconds(1));

        (await window.TakeAsync(withReserve: true, TimeSpan.Zero, default)).ShouldBeNull();
        (await window.TakeAsync(withReserve: true, TimeSpan.Zero, default)).ShouldBeNull();
        (await window.TakeAsync(withReserve: true, TimeSpan.Zero, default)).ShouldNotBeNull();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await window.TakeAsync(withReserve: true, TimeSpan.Zero, default)).ShouldBeNull();
    }

    [Fact]
    public async Task What_one_window_refuses_is_not_spent_in_another()
    {
        // Of each a fifth, at least one, is kept for exits.
        using var http = Make(server.Address, rules:
        [
            new RateLimitRule { Class = "order", Scope = "account", Permits = 5, PerSeconds = 600 },
            new RateLimitRule { Class = "order", Scope = "ip", Permits = 3, PerSeconds = 600 },
        ]);
        server.Answer = _ => RawServer.Ok("{}");
        for (var i = 0; i < 2; i++) (await SendAsync(http, RequestClass.Order)).Dispose();

        for (var i = 0; i < 10; i++)
            (await Should.ThrowAsync<RequestNotSentException>(() => SendAsync(http, RequestClass.Order))).Message
                .ShouldContain("3 in 600 s");

        var clock = new HandClock();
        var (account, address) = (new RollingWindow(clock), new RollingWindow(clock));
        account.Set(3, TimeSpan.FromMinutes(10));
        address.Set(1, TimeSpan.FromMinutes(1));
        for (var minute = 0; minute < 3; minute++, clock.Advance(TimeSpan.FromMinutes(1)))
        {
            (await TakeAsync(account, address, clock)).ShouldBeNull();
            (await TakeAsync(account, address, clock)).ShouldNotBeNull("one a minute");
        }
        (await TakeAsync(account, address, clock)).ShouldNotBeNull().At.ShouldBe(0);
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Many_at_once_over_windows_that_they_share_take_no_more_than_there_is_and_never_lock_each_other()
    {
        var clock = new HandClock();
        RollingWindow[] windows = [new(clock), new(clock), new(clock)];
        foreach (var window in windows) window.Set(100_000, TimeSpan.FromMinutes(1));
        int[][] orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]];
        using var together = new Barrier(orders.Length);

        var taken = Task.WhenAll(orders.Select(order => Task.Factory.StartNew(() =>
        {
            var mine = order.Select(at => (windows[at], true)).ToArray();
            var count = 0;
            together.SignalAndWait();
            for (var tries = 0; tries < 50_000; tries++)
            {
                var take = RollingWindow.TakeAllAsync(mine, TimeSpan.Zero, clock, default);
                if (take.IsCompletedSuccessfully && take.Result is null) count++;
            }
            return count;
        }, TaskCreationOptions.LongRunning)));

        (await taken.WaitAsync(TimeSpan.FromMinutes(1))).Sum().ShouldBe(100_000);
    }

    [Fact]
    public async Task Windows_of_sessions_that_have_ended_go_once_nothing_counts_in_them()
    {
        var clock = new HandClock();
        var limits = new RateLimits(clock);
        var manifest = Guards.Manifest with
        {
            RateLimits = [new RateLimitRule { Class = "order", Scope = "account", Permits = 1, PerSeconds = 120 }],
        };
        for (var account = 0; account < 1000; account++)
        {
            var scope = new LimitScope("sample", "demo", $"c{account}", "1");
            limits.Enter(scope);
            limits.Bucket(scope, "PLACE").Set(5, TimeSpan.FromSeconds(1));
            (await limits.For(manifest, scope, RequestClass.Order)[0].Window.TakeAsync(true, TimeSpan.Zero, default)).ShouldBeNull();
            limits.Leave(scope);
        }

        // The next session of an account counts on where the last one ended.
        clock.Advance(TimeSpan.FromSeconds(90));
        limits.Enter(new LimitScope("other", "demo", "c", "1"));
        limits.Count.ShouldBe(2000);
        var again = new LimitScope("sample", "demo", "c7", "1");
        limits.Enter(again);
        (await limits.For(manifest, again, RequestClass.Order)[0].Window.TakeAsync(true, TimeSpan.Zero, default)).ShouldNotBeNull();
        clock.Advance(TimeSpan.FromSeconds(90));
        limits.Enter(new LimitScope("other", "demo", "c", "2"));

        limits.Count.ShouldBe(2);
        limits.FindBucket(again, "PLACE").ShouldNotBeNull("the session is there");
    }

    [Fact]
    public async Task Workers_share_what_counts_for_more_than_one_account_and_an_account_has_all_of_its_own()
    {
        var workers = 3;
        var limits = new RateLimits(new HandClock(), () => workers);
        var manifest = Guards.Manifest with
        {
            RateLimits =
            [
                new RateLimitRule { Class = "query", Scope = "credential", Permits = 12, PerSeconds = 60 },
                new RateLimitRule { Class = "quote", Scope = "account", Permits = 12, PerSeconds = 60 },
                new RateLimitRule { Class = "auth", Scope = "ip", Permits = 2, PerSeconds = 60 },
            ],
        };

        (await TakenAsync(RequestClass.Query)).ShouldBe(4);
        (await TakenAsync(RequestClass.Quote)).ShouldBe(12);
        (await TakenAsync(RequestClass.Auth)).ShouldBe(1, "nobody is left without one");
        workers = 1;
        (await TakenAsync(RequestClass.Query)).ShouldBe(8, "the others have ended");

        async Task<int> TakenAsync(RequestClass requestClass)
        {
            var taken = 0;
            while (await limits.For(manifest, new LimitScope("sample", "demo", "c", "1"), requestClass)[0].Window
                .TakeAsync(true, TimeSpan.Zero, default) is null)
                taken++;
            return taken;
        }
    }

    [Fact]
    public async Task In_no_stretch_of_the_window_are_more_permits_given_than_allowed()
    {
        var clock = new HandClock();
        var window = new RollingWindow(clock);
        window.Set(3, TimeSpan.FromSeconds(1));
        List<int> given = [];

        for (var millisecond = 0; millisecond < 5000; millisecond += 50, clock.Advance(TimeSpan.FromMilliseconds(50)))
            if (await window.TakeAsync(withReserve: true, TimeSpan.Zero, default) is null) given.Add(millisecond);

        given.Count.ShouldBe(15);
        given.ShouldAllBe(at => given.Count(other => other >= at && other < at + 1000) <= 3);
    }

    // With leave to send, for the flow of the test that calls it.
    private static BrokerHttp Make(Uri endpoint, string? listed = null, IReadOnlyList<RateLimitRule>? rules = null)
    {
        SendPermit.Give(TimeProvider.System, TimeProvider.System.GetTimestamp(), TimeSpan.FromMinutes(5));
        var manifest = ConnectorManifest.Parse("""
            {"slug":"sample","id":"x","name":"Sample","version":"1.0.0","sdk":"^1.0","entryAssembly":"x.dll","environments":[{"mode":"demo","label":"Demo"}],
             "capabilities":{"orderTypes":["market"],"positionMode":"netting","quantityUnit":"units","stream":"poll"},"clientOrderId":{"mode":"none"},"lookup":{},"connect":{"fields":[]}}
            """) with { RateLimits = rules ?? [] };
        return new BrokerHttp(manifest, new EgressRule([endpoint], listed is null ? [] : [listed]), new RateLimits(TimeProvider.System),
            new LimitScope("sample", "demo", "", ""), TimeProvider.System, NullLogger.Instance);
    }

    private static ValueTask<(int At, NoPermit Refused)?> TakeAsync(RollingWindow account, RollingWindow address, HandClock clock) =>
        RollingWindow.TakeAllAsync([(account, true), (address, true)], TimeSpan.Zero, clock, default);

    private Task<HttpResponseMessage> SendAsync(BrokerHttp http, RequestClass requestClass) =>
        http.SendOnceAsync(new HttpRequestMessage(HttpMethod.Post, server.Address), requestClass, CancellationToken.None);

    private Task<HttpResponseMessage> AskAsync(BrokerHttp http, RequestClass requestClass) =>
        http.QueryAsync(new HttpRequestMessage(HttpMethod.Get, server.Address), requestClass, CancellationToken.None);

    public void Dispose() => server.Dispose();
}
