using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;

namespace TradeFlow.Simulators.Tests.TradeLocker;

/// <summary>Who gets in, for how long, and how often.</summary>
public sealed class AccessTests
{
    [Theory]
    [InlineData("demo@tradeflow.local", "another-password", "SIM")]
    [InlineData("wrong@example.com", "long enough", "SIM")]
    [InlineData("anyone@example.com", "wrong-password", "SIM")]
    [InlineData("anyone@example.com", "short", "SIM")]
    [InlineData("demo@tradeflow.local", "demo-password", "NOWHERE")]
    public async Task Wrong_credentials_and_unknown_servers_are_400_with_a_message(string email, string password, string server)
    {
        await using var client = await Client.StartAsync();

        var answer = await client.TokenAsync(email, password, server);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Json.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Whoever_is_new_gets_an_account_and_keeps_the_first_password()
    {
        await using var client = await Client.StartAsync();

        await client.LogInAsync("someone@example.com");
        (await client.StateAsync("balance")).ShouldBe(50_000m);

        (await client.TokenAsync("someone@example.com", "another-password", "SIM")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_refresh_gives_a_new_pair_and_works_once()
    {
        await using var client = await Client.StartAsync();

        var first = await client.SendAsync(HttpMethod.Post, "/auth/jwt/refresh", new { refreshToken = client.Refresh });
        var second = await client.SendAsync(HttpMethod.Post, "/auth/jwt/refresh", new { refreshToken = client.Refresh });

        first.Status.ShouldBe(HttpStatusCode.Created);
        first.Json.GetProperty("refreshToken").GetString().ShouldNotBe(client.Refresh);
        second.Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_expired_token_is_401_and_a_refresh_heals_it()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var client = await Client.StartAsync(settings: new() { TokenLife = TimeSpan.FromMinutes(5), Clock = clock });
        (await client.GetAsync("/trade/config")).Succeeded.ShouldBeTrue();
        clock.Advance(TimeSpan.FromMinutes(6));
        (await client.GetAsync("/trade/config")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        var refreshed = await client.SendAsync(HttpMethod.Post, "/auth/jwt/refresh", new { refreshToken = client.Refresh });
        client.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            refreshed.Json.GetProperty("accessToken").GetString());

        (await client.GetAsync("/trade/config")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task The_account_in_the_path_must_be_the_one_of_accNum()
    {
        await using var client = await Client.StartAsync("duo@tradeflow.local");
        var first = client.Account;
        await client.LogInAsync("duo@tradeflow.local", accNum: "2");

        (await client.GetAsync($"/trade/accounts/{first}/positions")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await client.GetAsync($"/trade/accounts/{client.Account}/positions")).Status.ShouldBe(HttpStatusCode.OK);
        client.Http.DefaultRequestHeaders.Remove("accNum");
        (await client.GetAsync($"/trade/accounts/{client.Account}/positions")).Status.ShouldBe(HttpStatusCode.BadRequest);
        client.Http.DefaultRequestHeaders.Add("accNum", "7");
        (await client.GetAsync($"/trade/accounts/{client.Account}/positions")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Another_server_has_other_names_and_ids()
    {
        await using var client = await Client.StartAsync();
        await client.LogInAsync("suffix@tradeflow.local", "SIM-2");

        var instruments = (await client.GetAsync($"/trade/accounts/{client.Account}/instruments")).Data.GetProperty("instruments")
            .EnumerateArray().ToArray();

        instruments.ShouldContain(row => row.GetProperty("name").GetString() == "EURUSD.R");
        instruments.ShouldNotContain(row => row.GetProperty("tradableInstrumentId").GetInt32() == Client.EurUsd);
    }

    [Fact]
    public async Task More_calls_than_the_config_allows_are_429_per_account()
    {
        await using var client = await Client.StartAsync();
        await client.ControlAsync("/switches", new { rateLimits = true });

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++) answers.Add((await client.GetAsync($"/trade/accounts/{client.Account}/positions")).Status);
        await client.LogInAsync("someone.else@example.com");

        answers.ShouldBe([HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests]);
        (await client.GetAsync($"/trade/accounts/{client.Account}/positions")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_changed_password_ends_every_token()
    {
        await using var client = await Client.StartAsync();

        await client.ControlAsync("/password", new { email = "demo@tradeflow.local", newPassword = "something-else" });

        (await client.GetAsync("/trade/config")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await client.SendAsync(HttpMethod.Post, "/auth/jwt/refresh", new { refreshToken = client.Refresh })).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await client.TokenAsync("demo@tradeflow.local", "demo-password", "SIM")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }
}
