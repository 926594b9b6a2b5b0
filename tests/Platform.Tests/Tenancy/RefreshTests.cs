using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

public sealed class RefreshTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_refresh_gives_a_new_pair_that_works()
    {
        var ada = await Person.SignUpAsync(api);

        var answer = await RefreshAsync(ada, ada.RefreshToken);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Text("refresh_token").ShouldNotBe(ada.RefreshToken);
        (await ada.With(answer.Text("access_token")).GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task A_second_use_within_ten_seconds_gets_the_same_successor()
    {
        var ada = await Person.SignUpAsync(api);

        var first = await RefreshAsync(ada, ada.RefreshToken);
        var second = await RefreshAsync(ada, ada.RefreshToken);

        second.Text("refresh_token").ShouldBe(first.Text("refresh_token"));
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task A_later_second_use_ends_the_whole_family()
    {
        var ada = await Person.SignUpAsync(api);
        var first = await RefreshAsync(ada, ada.RefreshToken);
        await api.ExecuteAsync($"update tenancy.refresh_tokens r set used_at = used_at - interval '11 seconds' from tenancy.sessions s where s.id = r.session_id and s.user_id = '{ada.UserId}'");

        (await RefreshAsync(ada, ada.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);

        (await RefreshAsync(ada, first.Text("refresh_token"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task Parallel_refreshes_make_one_successor()
    {
        var ada = await Person.SignUpAsync(api);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RefreshAsync(ada, ada.RefreshToken)));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Text("refresh_token")).Distinct().Count().ShouldBe(1);
        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.refresh_tokens r join tenancy.sessions s on s.id = r.session_id where s.user_id = '{ada.UserId}'"))
            .ShouldBe(2);
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task A_log_out_ends_refresh_and_access_tokens()
    {
        var ada = await Person.SignUpAsync(api);
        await ada.GetAsync("/api/user/me");

        (await ada.SendAsync(HttpMethod.Post, "/auth/logout", new { refresh_token = ada.RefreshToken }, null)).Status
            .ShouldBe(HttpStatusCode.NoContent);

        (await RefreshAsync(ada, ada.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task On_another_replica_a_log_out_counts_for_changes_at_once()
    {
        var ada = await Person.SignUpAsync(api);
        var elsewhere = new Person(ApiFixture.NewClient(api.NewFactory([])), ada.Email);
        (await elsewhere.SendAsync(HttpMethod.Get, "/api/user/me", null, ada.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);

        await ada.PostAsync("/auth/logout");

        (await elsewhere.SendAsync(HttpMethod.Patch, "/api/user/me", new { name = "Eve" }, ada.AccessToken)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        await Eventually.True(async () => (await elsewhere.SendAsync(HttpMethod.Get, "/api/user/me", null, ada.AccessToken)).Status
            == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(5), "reads follow within seconds");
    }

    [Theory]
    [Trait("Control", "C1")]
    [InlineData("X-TradeFlow-Client", "web")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Origin", "http://localhost")]
    public async Task A_browser_gets_the_refresh_token_as_a_cookie_that_scripts_cannot_read(string header, string value)
    {
        var email = Person.NewEmail();
        var browser = new Person(api.NewClient(), email);

        var signUp = await browser.SendAsync(HttpMethod.Post, "/auth/signup", new { email, password = Person.Password, name = "Ada" }, null,
            (header, value));

        signUp.Json.TryGetProperty("refresh_token", out _).ShouldBeFalse();
        var cookie = signUp.Cookie("tf_refresh")!;
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        cookie.ShouldContain("path=/auth", Case.Insensitive);

        var pair = cookie[..cookie.IndexOf(';', StringComparison.Ordinal)];
        var refreshed = await browser.SendAsync(HttpMethod.Post, "/auth/refresh", null, null, ("Cookie", pair));
        refreshed.Status.ShouldBe(HttpStatusCode.OK);
        refreshed.Json.TryGetProperty("refresh_token", out _).ShouldBeFalse();
        refreshed.Cookie("tf_refresh")!.ShouldNotContain(pair);

        var foreign = await browser.SendAsync(HttpMethod.Post, "/auth/refresh", null, null, ("Cookie", pair),
            ("Origin", "https://evil.example"));
        foreign.Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [Trait("Control", "C1")]
    [InlineData("/auth/refresh", "Sec-Fetch-Site", "cross-site")]
    [InlineData("/auth/refresh", "Sec-Fetch-Site", "same-site")]
    [InlineData("/auth/refresh", "Origin", "null")]
    [InlineData("/auth/refresh", "Origin", "https://evil.example")]
    [InlineData("/auth/refresh", "Origin", "http://localhost.evil.example")]
    [InlineData("/auth/logout", "Sec-Fetch-Site", "cross-site")]
    [InlineData("/auth/logout", "Origin", "https://evil.example")]
    public async Task From_another_site_the_cookie_neither_refreshes_nor_logs_out(string path, string header, string value)
    {
        var email = Person.NewEmail();
        var browser = new Person(api.NewClient(), email);
        var signUp = await browser.SendAsync(HttpMethod.Post, "/auth/signup", new { email, password = Person.Password, name = "Ada" },
            null, ("X-TradeFlow-Client", "web"));
        var cookie = ("Cookie", signUp.Cookie("tf_refresh")!.Split(';')[0]);

        var answer = await browser.SendAsync(HttpMethod.Post, path, null, null, cookie, (header, value));

        answer.Code.ShouldBe("auth.cross_site");
        (await browser.SendAsync(HttpMethod.Post, "/auth/refresh", null, null, cookie, ("Sec-Fetch-Site", "same-origin"))).Status
            .ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [Trait("Control", "A4")]
    [InlineData(
        "update tenancy.refresh_tokens r set expires_at = now() - interval '1 second' from tenancy.sessions s where s.id = r.session_id and s.user_id = '{0}'",
        HttpStatusCode.OK)]
    [InlineData("update tenancy.sessions set expires_at = now() - interval '1 second' where user_id = '{0}'", HttpStatusCode.Unauthorized)]
    public async Task A_session_ends_a_week_after_its_last_use_and_thirty_days_after_its_first(string passing, HttpStatusCode accessToken)
    {
        var ada = await Person.SignUpAsync(api);
        (await api.ScalarAsync<double>(
            $"select extract(epoch from s.expires_at - s.created_at)::float8 / 86400 from tenancy.sessions s where s.user_id = '{ada.UserId}'"))
            .ShouldBe(30, 0.01);
        (await api.ScalarAsync<double>(
            $"select extract(epoch from r.expires_at - r.created_at)::float8 / 86400 from tenancy.refresh_tokens r join tenancy.sessions s on s.id = r.session_id where s.user_id = '{ada.UserId}'"))
            .ShouldBe(7, 0.01);

        await api.ExecuteAsync(string.Format(passing, ada.UserId));

        (await RefreshAsync(ada, ada.RefreshToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.PatchAsync("/api/user/me", new { name = "Ada" })).Status.ShouldBe(accessToken);
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task A_refresh_moves_the_week_and_never_the_thirty_days()
    {
        var ada = await Person.SignUpAsync(api);
        await api.ExecuteAsync($"update tenancy.sessions set expires_at = now() + interval '2 days' where user_id = '{ada.UserId}'");

        (await RefreshAsync(ada, ada.RefreshToken)).Status.ShouldBe(HttpStatusCode.OK);

        (await api.ScalarAsync<double>($"select extract(epoch from max(r.expires_at) filter (where used_at is null) - now())::float8 / 86400 from tenancy.refresh_tokens r join tenancy.sessions s on s.id = r.session_id where s.user_id = '{ada.UserId}'"))
            .ShouldBe(2, 0.01);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("tfr_0000000000000000000000000000000000000000000")]
    public async Task Nonsense_is_refused(string token)
    {
        var anybody = new Person(api.NewClient(), "x");

        (await RefreshAsync(anybody, token)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static Task<Answer> RefreshAsync(Person person, string token) =>
        person.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = token }, null);
}
