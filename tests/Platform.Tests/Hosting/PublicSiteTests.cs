using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Hosting;

/// <summary>What holds once the system stands in public: hosts, schemes, addresses, and what refuses the start.</summary>
public sealed class PublicSiteTests(PublicSiteTests.Rig rig) : IClassFixture<PublicSiteTests.Rig>
{
    [Theory]
    [Trait("Control", "D4")]
    [InlineData("PublicUrl is not set", null, "none")]
    [InlineData("Proxies is not set", "https://trade.example.com", null)]
    [InlineData("PublicUrl is 'trade.example.com'", "trade.example.com", "none")]
    [InlineData("PublicUrl is 'https://trade.example.com/app'", "https://trade.example.com/app", "none")]
    [InlineData("Proxies: 'nginx'", "https://trade.example.com", "nginx")]
    public void In_production_the_start_is_refused_with_a_sentence(string words, string? url, string? proxies)
    {
        var factory = rig.NewFactory(new() { ["PublicUrl"] = url, ["Proxies"] = proxies }, "Production");

        Should.Throw<InvalidOperationException>(() => factory.Server).Message.ShouldStartWith(words);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("127.0.0.1, 10.0.0.0/8")]
    public async Task In_production_with_both_it_starts(string proxies)
    {
        var factory = rig.NewFactory(new() { ["PublicUrl"] = "https://trade.example.com", ["Proxies"] = proxies }, "Production");

        (await ApiFixture.NewClient(factory).GetAsync("/alive")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [Trait("Control", "C1")]
    [InlineData("https://trade.example.com", true)]
    [InlineData("http://localhost", false)]
    [InlineData(null, false)]
    public async Task Cookies_are_secure_and_hsts_is_said_whenever_the_public_address_is_https(string? url, bool isSecure)
    {
        using var client = ApiFixture.NewClient(rig.NewFactory(new() { ["PublicUrl"] = url }));
        var ada = await Person.SignUpAsync(rig, client);

        var answer = await ada.SendAsync(HttpMethod.Post, "/auth/login", new { email = ada.Email, password = Person.Password }, null,
            ("X-TradeFlow-Client", "web"));

        answer.Cookie("tf_refresh")!.Contains("; secure", StringComparison.OrdinalIgnoreCase).ShouldBe(isSecure);
        answer.Cookie("tf_device")!.Contains("; secure", StringComparison.OrdinalIgnoreCase).ShouldBe(isSecure);
        answer.Message.Headers.Contains("Strict-Transport-Security").ShouldBe(isSecure);
    }

    [Theory]
    [Trait("Control", "X1")]
    [InlineData("trade.example.com", HttpStatusCode.Unauthorized)]
    [InlineData("TRADE.example.com:443", HttpStatusCode.Unauthorized)]
    [InlineData("localhost:8080", HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1", HttpStatusCode.Unauthorized)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("trade.example.com.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.MisdirectedRequest)]
    public async Task With_a_public_address_no_other_host_is_served(string host, HttpStatusCode status)
    {
        using var client = ApiFixture.NewClient(rig.InPublic);

        foreach (var path in new[] { "/api/user/me", "/api/unify/v1/api/user/me" })
        {
            var answer = await new Person(client, "x").SendAsync(HttpMethod.Get, path, null, null, ("Host", host));
            answer.Status.ShouldBe(status);
            if (status == HttpStatusCode.MisdirectedRequest) answer.Code.ShouldBe("request.unknown_host");
        }
        (await new Person(client, "x").SendAsync(HttpMethod.Get, "/alive", null, null, ("Host", host))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "X1")]
    public async Task A_forwarded_host_is_no_better_than_the_one_that_was_sent()
    {
        var server = rig.NewServer(new() { ["PublicUrl"] = "https://trade.example.com", ["Proxies:0"] = "127.0.0.1" });

        var answer = await new Person(ApiFixture.NewClient(server), "x").SendAsync(HttpMethod.Get, "/api/user/me", null, null,
            ("X-Forwarded-Host", "evil.example"));

        answer.Code.ShouldBe("request.unknown_host");
    }

    [Theory]
    [Trait("Control", "X1")]
    [InlineData("https://trade.example.com", "localhost", "https://trade.example.com/webhook/paper/")]
    [InlineData(null, "evil.example", "http://127.0.0.1:{port}/webhook/paper/")]
    [InlineData(null, "localhost:{port}", "http://localhost:{port}/webhook/paper/")]
    [InlineData(null, "127.0.0.1:{port}", "http://127.0.0.1:{port}/webhook/paper/")]
    public async Task The_address_to_paste_is_never_that_of_a_foreign_host(string? url, string host, string expected)
    {
        var trader = await rig.NewTraderAsync();
        var server = url is null ? rig.OnAPort : rig.NewServer(new() { ["PublicUrl"] = url });
        using var client = ApiFixture.NewClient(server);
        var port = client.BaseAddress!.Port.ToString();
        client.BaseAddress = new Uri($"http://127.0.0.1:{port}");

        var answer = await new Person(client, "x").SendAsync(
            HttpMethod.Get, $"/api/webhooks/template?account_id={trader.Account}", null, trader.Person.AccessToken,
            ("Host", host.Replace("{port}", port, StringComparison.Ordinal)));

        answer.Text("url").ShouldStartWith(expected.Replace("{port}", port, StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Control", "X1")]
    [InlineData("GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 200")]
    [InlineData("GET /alive HTTP/1.1\nHost: localhost\nConnection: close\n\n", "HTTP/1.1 400")]
    [InlineData("GET /alive HTTP/1.1\r\nHost: localhost\nX: y\r\nConnection: close\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET /alive HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde",
        "HTTP/1.1 400")]
    public async Task A_request_that_a_proxy_may_read_otherwise_is_refused(string request, string begins)
    {
        await using var stream = await ConnectAsync();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));

        using var reader = new StreamReader(stream, Encoding.ASCII);
        (await reader.ReadLineAsync())!.ShouldStartWith(begins);
    }

    [Theory]
    [Trait("Control", "C2")]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("http://localhost")]
    public async Task No_origin_is_let_in_by_cors(string origin)
    {
        foreach (var (method, path) in new[] { ("OPTIONS", "/api/user/me"), ("GET", "/api/user/me"), ("OPTIONS", "/auth/login"),
            ("POST", "/auth/refresh"), ("OPTIONS", "/webhook/paper"), ("POST", "/webhook/paper") })
        {
            var answer = await new Person(rig.NewClient(), "x").SendAsync(new HttpMethod(method), path, method == "POST" ? new { } : null,
                null, ("Origin", origin), ("Access-Control-Request-Method", "POST"));
            answer.Message.Headers.Where(header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase))
                .ShouldBeEmpty($"{method} {path}");
        }
    }

    [Theory]
    [Trait("Control", "R2")]
    [InlineData("GET /alive HTTP/1.1\r\nHost: localhost\r\nX: {32 KiB}\r\n\r\n", "HTTP/1.1 431")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n",
        "HTTP/1.1 413")]
    public async Task What_is_too_large_is_refused_before_it_is_read(string request, string begins)
    {
        await using var connection = await ConnectAsync();

        await connection.WriteAsync(Encoding.ASCII.GetBytes(request.Replace("{32 KiB}", new string('x', 33 * 1024),
            StringComparison.Ordinal)));

        using var reader = new StreamReader(connection, Encoding.ASCII);
        (await reader.ReadLineAsync())!.ShouldStartWith(begins);
    }

    [Theory]
    [Trait("Control", "R2")]
    [InlineData("GET /alive HTTP/1.1\r\nHost: loc")]
    [InlineData("POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")]
    public async Task Who_sends_too_slowly_is_cut_off(string beginning)
    {
        await using var connection = await ConnectAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes(beginning));

        using var patience =
            new CancellationTokenSource(TimeSpan.FromSeconds(25)); // a head is given 10 s; without a limit of ours it would be 30
        using var rest = new MemoryStream();
        await connection.CopyToAsync(rest, patience.Token); // ends when the server closes

        Encoding.ASCII.GetString(rest.ToArray()).ShouldNotContain("HTTP/1.1 200");
    }

    [Fact]
    [Trait("Control", "C3")]
    public async Task The_content_policy_lets_nothing_in_from_elsewhere_and_no_text_become_code()
    {
        var headers = (await rig.NewClient().GetAsync("/")).Headers;
        var policy = headers.GetValues("Content-Security-Policy").Single().Split(';').Select(part => part.Trim().Split(' ', 2))
            .ToDictionary(part => part[0], part => part.ElementAtOrDefault(1) ?? "");

        foreach (var (directive, sources) in new[]
        {
            ("default-src", "'self'"), ("script-src", "'self'"), ("connect-src", "'self'"), ("object-src", "'none'"),
                ("base-uri", "'none'"), ("frame-ancestors", "'none'"), ("require-trusted-types-for", "'script'"),
            ("trusted-types", "tradeflow-worker"),
        })
            policy[directive].ShouldBe(sources, directive);
        policy["style-src"].ShouldNotContain("unsafe");
    }

    [Fact]
    [Trait("Control", "C3")]
    public async Task A_page_lets_in_the_styles_that_carry_its_own_nonce()
    {
        var folder = Directory.CreateTempSubdirectory("tradeflow-dashboard-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), """<meta property="csp-nonce" nonce="__STYLE_NONCE__" />""");
            using var client = ApiFixture.NewClient(rig.NewFactory(new() { ["Dashboard:Path"] = folder }));

            var (first, second) = (await NonceAsync("/"), await NonceAsync("/settings"));

            first.ShouldNotBe(second);

            async Task<string> NonceAsync(string path)
            {
                var answer = await client.GetAsync(path);
                answer.Headers.ETag.ShouldBeNull("a page that is taken from a cache has the nonce of before");
                var nonce = (await answer.Content.ReadAsStringAsync()).Split("nonce=\"")[1].Split('"')[0];
                answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain($"style-src 'self' 'nonce-{nonce}';");
                Convert.FromBase64String(nonce).Length.ShouldBeGreaterThanOrEqualTo(16);
                return nonce;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("gzip, deflate, br", "br", "small")]
    [InlineData("gzip, br;q=0", "gzip", "larger")]
    [InlineData("identity", null, "as it is")]
    public async Task A_script_comes_as_the_build_compressed_it_when_the_browser_takes_that(
        string accepts, string? encoding, string content)
    {
        var folder = Directory.CreateTempSubdirectory("tradeflow-dashboard-").FullName;
        try
        {
            var script = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "assets")).FullName, "page.js");
            foreach (var (ending, text) in new[] { ("", "as it is"), (".br", "small"), (".gz", "larger") })
                await File.WriteAllTextAsync(script + ending, text);
            using var client = ApiFixture.NewClient(rig.NewFactory(new() { ["Dashboard:Path"] = folder }));
            client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", accepts);

            var answer = await client.GetAsync("/assets/page.js");

            (await answer.Content.ReadAsStringAsync()).ShouldBe(content);
            answer.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
            answer.Headers.Vary.ShouldBe(["Accept-Encoding"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [Trait("Control", "I1")]
    [InlineData("/api/positions?broker=%00", "broker")]
    [InlineData("/api/orders?symbol=EUR%00USD", "symbol")]
    [InlineData("/api/webhooks/log?status=%00", "status")]
    [InlineData("/api/unify/v1/api/orders?symbol=%00", "symbol")]
    public async Task A_nul_in_a_query_is_named_by_its_field(string path, string field)
    {
        var answer = await (await Person.SignUpAsync(rig)).GetAsync(path);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe([field]);
    }

    [Theory]
    [Trait("Control", "I1")]
    [InlineData("{\"name\":\"a\\u0000b\",\"scopes\":[\"read\"]}")]
    [InlineData("{\"name\":\"\\ud800\",\"scopes\":[\"read\"]}")]
    public async Task A_character_that_no_text_has_is_no_outage(string body)
    {
        var ada = await Person.SignUpAsync(rig);

        var answer = await ada.SendAsync(HttpMethod.Post, "/api/user/tokens", body, ada.AccessToken);

        ((int)answer.Status).ShouldBeInRange(400, 422);
    }

    [Fact]
    public async Task Statements_are_not_logged_one_by_one()
    {
        var log = new LogLines();
        using var client = ApiFixture.NewClient(rig.NewFactory([], logs: log));

        await Person.SignUpAsync(rig, client);

        log.All.Where(line => line.Category.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        using var client = ApiFixture.NewClient(rig.OnAPort);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public sealed class Rig : WebhookRig
    {
        private WebApplicationFactory<Program>? inPublic;
        private WebApplicationFactory<Program>? onAPort;

        public WebApplicationFactory<Program> InPublic =>
            inPublic ??= NewFactory(new() { ["PublicUrl"] = "https://trade.example.com" });

        public WebApplicationFactory<Program> OnAPort => onAPort ??= NewServer([]);
    }
}
