using System.Net;
using System.Text.Json;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>What holds for every route of the Api.</summary>
public sealed class PipelineTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [Trait("Control", "C3")]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/user/me", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/auth/login", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/assets/missing.js", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/unify/v1/api/user/me", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/api/unify/v1/auth/login", HttpStatusCode.NotFound)]
    [InlineData("GET", "/../../etc/passwd", HttpStatusCode.OK)]
    public async Task Every_answer_has_its_id_and_safe_headers_and_every_error_is_a_problem(
        string method, string path, HttpStatusCode status)
    {
        var answer = await new Person(api.NewClient(), "x").SendAsync(new HttpMethod(method), path, null, null);

        answer.Status.ShouldBe(status);
        answer.Message.Headers.GetValues("X-Request-Id").Single().ShouldNotBeEmpty();
        answer.Message.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
        answer.Message.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Message.Headers.Contains("Server").ShouldBeFalse();
        if (status == HttpStatusCode.OK) return;
        answer.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        answer.Code.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [Trait("Control", "D3")]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{\"email\":{}}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{\"email\":\"a\",\"email\":\"b\"}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{\"email\":\"\\u0000@b.example\",\"password\":\"nine lives of a grey cat\",\"name\":\"A\"}",
        HttpStatusCode.UnprocessableEntity)]
    public async Task A_broken_body_is_named_without_the_insides_of_the_server(string body, HttpStatusCode status)
    {
        var answer = await new Person(api.NewClient(), "x").SendAsync(HttpMethod.Post, "/auth/signup", body, null);

        answer.Status.ShouldBe(status);
        answer.Json.ToString().ShouldNotContain("System.");
        answer.Json.ToString().ShouldNotContain("TradeFlow.Platform");
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task Sign_ins_are_limited_by_address_and_the_answer_says_how_long_to_wait()
    {
        using var client = ApiFixture.NewClient(api.NewFactory(new() { ["RateLimits:SignIn"] = "10" }));
        var anybody = new Person(client, Person.NewEmail());
        for (var attempt = 0; attempt < 10; attempt++)
            (await LogInTests.LogInAsync(anybody, "x")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        // The address is not locked by ten failures of one e-mail alone: another e-mail meets the limit of the address.
        var answer = await LogInTests.LogInAsync(new Person(client, Person.NewEmail()), "x");

        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Code.ShouldBe("rate.limited");
        answer.Message.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task The_api_is_limited_per_user()
    {
        using var client = ApiFixture.NewClient(api.NewFactory(new() { ["RateLimits:Api"] = "5" }));
        var (ada, bob) = (await Person.SignUpAsync(api, client), await Person.SignUpAsync(api, client));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => ada.GetAsync("/api/user/me")));

        answers.ShouldContain(answer => answer.Code == "rate.limited");
        (await bob.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_description_of_the_api_is_whole()
    {
        using var document = JsonDocument.Parse(await api.NewClient().GetStringAsync("/openapi/v1.json"));

        document.RootElement.GetProperty("openapi").GetString().ShouldStartWith("3.1");
        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(verb => (Path: path.Name, Verb: verb.Name, verb.Value))).ToList();
        operations.Count.ShouldBeGreaterThan(30);
        foreach (var (path, verb, operation) in operations)
        {
            foreach (var wanted in new[] { "operationId", "summary", "description" })
                operation.TryGetProperty(wanted, out _).ShouldBeTrue($"{verb} {path} lacks {wanted}");
            if (path.StartsWith("/api/", StringComparison.Ordinal) && operation.TryGetProperty("security", out _))
                operation.GetProperty("responses").TryGetProperty("401", out _).ShouldBeTrue($"{verb} {path}");
        }
        operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).ShouldBeUnique();
        var view = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("AccountView")
            .GetProperty("properties");
        view.GetProperty("balance").GetProperty("type").EnumerateArray().Select(type => type.GetString())
            .ShouldBe(["null", "number"], ignoreOrder: true);
        view.GetProperty("created_at").GetProperty("type").GetString().ShouldBe("string");
    }

    [Fact]
    [Trait("Control", "C3")]
    public async Task The_documentation_page_loads_its_script_from_here_and_runs_no_other()
    {
        using var client = api.NewClient();
        var answer = await client.GetAsync("/docs/");
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var nonce = policy.Split("script-src 'self' 'nonce-")[1].Split('\'')[0];

        var scripts = page.Split("<script").Skip(1).Select(rest => rest[..rest.IndexOf('>')]).ToList();
        scripts.ShouldNotBeEmpty();
        scripts.ShouldAllBe(script => script.Contains($"nonce=\"{nonce}\""));
        page.Split("src=\"").Skip(1)
            .ShouldAllBe(rest => !rest.StartsWith("http", StringComparison.Ordinal) && !rest.StartsWith("//", StringComparison.Ordinal));
        (await client.GetAsync("/docs/scalar.js")).Content.Headers.ContentLength.ShouldNotBe(0);
    }
}
