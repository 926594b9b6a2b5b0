using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Connectors;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Tenancy;

namespace TradeFlow.Platform.Tests.Hosting;

/// <summary>Limits by address, over real connections from behind a proxy that is named.</summary>
[Trait("Control", "R1")]
public sealed class AddressLimitTests(AddressLimitTests.Server server) : IClassFixture<AddressLimitTests.Server>
{
    public sealed class Server : WebhookRig
    {
        private WebApplicationFactory<Program>? listening;

        public HttpClient From(string address)
        {
            listening ??= NewServer(new(More) { ["RateLimits:SignIn"] = "10", ["RateLimits:Failures"] = "2",
                ["Proxies:0"] = "127.0.0.1" });
            var client = NewClient(listening);
            client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            return client;
        }
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", null)]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", null)]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64", "2001:db8:1::/48")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64", "2001:db8:1::/48")]
    public void An_ipv6_address_stands_for_its_64_and_its_48(string address, string narrow, string? wide) =>
        AddressBlock.Of(IPAddress.Parse(address)).ShouldBe(new AddressBlock(narrow, wide));

    [Fact]
    public void Twenty_wrong_credentials_a_second_are_what_a_block_may_show()
    {
        var clock = new HandClock();
        var failures = new FailureLimits(new ConfigurationBuilder().Build(), clock);
        var address = IPAddress.Parse("2001:db8::1");

        Enumerable.Range(0, 60).Count(_ => failures.Take(address)).ShouldBe(40, "two seconds of it at once");
        failures.Take(IPAddress.Parse("2001:db8:0:1::1")).ShouldBeTrue("another /64");
        clock.Advance(TimeSpan.FromSeconds(1));
        Enumerable.Range(0, 60).Count(_ => failures.Take(address)).ShouldBe(20);
        clock.Advance(TimeSpan.FromSeconds(10));
        for (var right = 0; right < 100; right++)
        {
            failures.Take(address).ShouldBeTrue();
            failures.GiveBack(address); // what was right costs nothing
        }
    }

    [Fact]
    public async Task Log_ins_are_limited_by_the_64_and_more_widely_by_the_48()
    {
        for (var attempt = 0; attempt < 10; attempt++) (await LogInAsync($"2001:db8:63:1::{attempt:x}")).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInAsync("2001:db8:63:1:ffff::1")).Code.ShouldBe("rate.limited");

        for (var attempt = 0; attempt < 50; attempt++) (await LogInAsync($"2001:db8:64:{attempt:x}::1")).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInAsync("2001:db8:64:ffff::1")).Code.ShouldBe("rate.limited");
        (await LogInAsync("2001:db8:65:1::1")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task One_ipv4_address_does_not_use_up_its_neighbours_limit()
    {
        for (var attempt = 0; attempt < 10; attempt++) await LogInAsync("192.0.2.20");

        (await LogInAsync("192.0.2.20")).Code.ShouldBe("rate.limited");
        (await LogInAsync("192.0.2.21")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_a_client_says_of_its_own_address_counts_for_nothing()
    {
        // The proxy adds the address that it sees behind what the client wrote.
        for (var attempt = 0; attempt < 10; attempt++) await LogInAsync($"203.0.113.{attempt}, 192.0.2.30");

        (await LogInAsync("203.0.113.99, 192.0.2.30")).Code.ShouldBe("rate.limited");
    }

    [Fact]
    public async Task Wrong_keys_are_limited_by_address_and_cost_a_right_key_of_the_same_address_nothing()
    {
        var trader = await server.NewTraderAsync();
        const string shared = "192.0.2.40";
        var answers = await FloodAsync(shared, 120,
            client => client.SendAsync(HttpMethod.Post, $"/webhook/paper/paper_00000000_{Guid.NewGuid():N}"[..48], "{}", null));

        answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized).ShouldBeInRange(4, 110);
        var limited = answers.Where(answer => answer.Code == "rate.limited").ToList();
        limited.Count.ShouldBeGreaterThan(5);
        limited.ShouldAllBe(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.Message.Headers.RetryAfter != null);
        // Never seen by this process, and sent while its address is over the limit.
        (await trader.SendAsync($"/webhook/paper/{trader.Key}", Trader.Buy, http: server.From(shared))).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.SendAsync($"/webhook/paper/{trader.Key}x", Trader.Buy, http: server.From("192.0.2.41"))).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/auth/refresh", "192.0.2.50")]
    [InlineData("/auth/logout", "192.0.2.51")]
    public async Task Wrong_refresh_tokens_are_limited_by_address(string path, string address)
    {
        var answers = await FloodAsync(address, 120,
            client => client.SendAsync(HttpMethod.Post, path, new { refresh_token = OpaqueToken.Make(OpaqueToken.RefreshPrefix) }, null));

        answers.Count(answer => answer.Code == "rate.limited").ShouldBeGreaterThan(5);
        (await new Person(server.From("192.0.2.52"), "x").SendAsync(HttpMethod.Post, path,
            new { refresh_token = OpaqueToken.Make(OpaqueToken.RefreshPrefix) }, null)).Code.ShouldNotBe("rate.limited");
    }

    [Fact]
    public async Task Wrong_keys_of_terminals_are_limited_by_address()
    {
        var answers = await FloodAsync("192.0.2.70", 120,
            client => client.SendAsync(HttpMethod.Post, "/api/ea/heartbeat", new { }, $"mtx-agent_00000000_{Guid.NewGuid():N}"));

        answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized).ShouldBeGreaterThanOrEqualTo(4);
        answers.Count(answer => answer.Code == "rate.limited").ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Wrong_personal_tokens_are_limited_by_address_and_a_right_one_that_was_seen_goes_on()
    {
        const string shared = "192.0.2.60";
        var ada = await Person.SignUpAsync(server, server.From("192.0.2.61"));
        var bot = new Person(server.From(shared),
            "x").With((await ada.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "read" } })).Text("token"));
        (await bot.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);

        var answers = await FloodAsync(shared, 120,
            client => client.SendAsync(HttpMethod.Get, "/api/user/me", null, OpaqueToken.Make(OpaqueToken.PersonalPrefix)));

        answers.Count(answer => answer.Code == "rate.limited").ShouldBeGreaterThan(5);
        (await bot.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Logging_out_nobody_makes_no_other_answer_be_asked_for_anew()
    {
        var ada = await Person.SignUpAsync(server);
        var bot = ada.With((await ada.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "read" } })).Text("token"));
        var guard = server.Factory.Services.GetRequiredService<SessionGuard>();
        await bot.GetAsync("/api/user/me");
        guard.HasSeen(OpaqueToken.Hash(bot.AccessToken)).ShouldBeTrue();

        await new Person(server.NewClient(), "x").SendAsync(HttpMethod.Post, "/auth/logout",
            new { refresh_token = OpaqueToken.Make(OpaqueToken.RefreshPrefix) }, null);

        guard.HasSeen(OpaqueToken.Hash(bot.AccessToken)).ShouldBeTrue();
    }

    private Task<Answer> LogInAsync(string address) =>
        LogInTests.LogInAsync(new Person(server.From(address), Person.NewEmail()), "a wrong password here");

    // Faster than the limit of two a second, however slow the machine is: many at a time.
    private Task<Answer[]> FloodAsync(string address, int count, Func<Person, Task<Answer>> send)
    {
        var client = new Person(server.From(address), "x");
        return Task.WhenAll(Enumerable.Range(0, count).Select(_ => send(client)));
    }
}
