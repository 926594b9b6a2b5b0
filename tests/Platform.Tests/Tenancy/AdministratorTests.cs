using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Tenancy;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>Who becomes an administrator, and what their routes ask for.</summary>
[Trait("Control", "D1")]
public sealed class AdministratorTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string NewPassword = "a lighthouse made of salt";

    [Fact]
    public async Task The_first_administrator_is_made_where_the_address_is_free_and_a_restart_says_nothing()
    {
        var email = Person.NewEmail();
        var first = StartWith(email, Person.Password);

        var admin = new Person(ApiFixture.NewClient(first.Factory), email);
        admin.Take(await LogInTests.LogInAsync(admin, Person.Password));
        (await admin.GetAsync("/api/user/me")).Text("role").ShouldBe("admin");
        first.Log.Of("FirstAdmin").ShouldHaveSingleItem().ShouldContain("was made");

        // Also with a setting that would not do any more: it is not used.
        StartWith(email, "short").Log.Of("FirstAdmin").ShouldBeEmpty();
        (await LogInTests.LogInAsync(admin, Person.Password)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("elevensigns")]
    [InlineData("password1234")]
    [Trait("Control", "D4")]
    public void A_weak_password_of_the_administrator_refuses_the_start(string password) =>
        Should.Throw<InvalidOperationException>(() => StartWith(Person.NewEmail(), password)).Message
            .ShouldStartWith("Admin:Password does not do for an administrator. ");

    [Fact]
    public async Task Who_registered_the_address_first_is_not_made_an_administrator()
    {
        var eve = await Person.SignUpAsync(api);

        var (factory, log) = StartWith(eve.Email, NewPassword);

        var here = new Person(ApiFixture.NewClient(factory), eve.Email);
        here.Take(await LogInTests.LogInAsync(here, Person.Password));
        (await here.GetAsync("/api/user/me")).Text("role").ShouldBe("user");
        (await here.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await LogInTests.LogInAsync(here, NewPassword)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        log.Of("FirstAdmin").ShouldHaveSingleItem().ShouldContain($"promote-admin --email {eve.Email}");
        log.All.ShouldContain(line => line.Level == LogLevel.Warning && line.Category.EndsWith("FirstAdmin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_promotes_and_takes_the_account_out_of_the_hands_that_hold_it()
    {
        var eve = await Person.SignUpAsync(api);
        var token = (await eve.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "admin" } })).Text("token");
        var (secret, recovery) = await eve.TurnOnTwoFactorAsync(stepsAgo: 1);
        using var said = new StringWriter();

        (await TenancyModule.PromoteAdminAsync(api.Platform.Configuration, eve.Email.ToUpperInvariant(), NewPassword, said,
            CancellationToken.None)).ShouldBe(0, said.ToString());

        said.ToString().ShouldContain("1 sessions and 1 personal tokens have ended");
        await Eventually.True(async () => (await eve.GetAsync("/api/user/me")).Status == HttpStatusCode.Unauthorized,
            TimeSpan.FromSeconds(5), "the session has ended");
        (await eve.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = eve.RefreshToken }, null)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await eve.With(token).GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInTests.LogInAsync(eve, Person.Password, Authenticator.CodeNow(secret))).Code.ShouldBe("auth.invalid_credentials");

        var admin = new Person(api.NewClient(), eve.Email);
        var logIn = await LogInTests.LogInAsync(admin, NewPassword);
        logIn.Status.ShouldBe(HttpStatusCode.OK, "the second factor of before is gone with the rest");
        admin.Take(logIn);
        (await admin.GetAsync("/api/user/me")).Text("role").ShouldBe("admin");
        await admin.TurnOnTwoFactorAsync();
        (await admin.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(admin, NewPassword, recovery[0])).Code.ShouldBe("auth.invalid_credentials");
        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where tenant_id = '{eve.TenantId}' and action = 'user.made_admin'")).ShouldBe(1);
    }

    [Theory]
    [InlineData("nobody@example.com", NewPassword, "Nobody has the address")]
    [InlineData("nobody", NewPassword, "Nothing was changed.")]
    [InlineData("nobody@example.com", "password1234", "Nothing was changed. This password is easy to guess.")]
    public async Task What_the_command_cannot_do_it_says_in_a_sentence(string email, string password, string words)
    {
        using var said = new StringWriter();

        (await TenancyModule.PromoteAdminAsync(api.Platform.Configuration, email, password, said, CancellationToken.None)).ShouldBe(1);

        said.ToString().ShouldStartWith(words);
    }

    [Fact]
    public async Task An_administrators_route_asks_for_a_second_factor_that_the_session_has_proven()
    {
        var admin = await Person.SignUpAsync(api);
        await api.MakeAdministratorAsync(admin);
        var other = (await LogInTests.LogInAsync(admin, Person.Password)).Text("access_token");

        var without = await admin.GetAsync("/api/admin/audit");
        without.Status.ShouldBe(HttpStatusCode.Forbidden);
        without.Code.ShouldBe("auth.second_factor_required");
        without.Text("detail").ShouldContain("two-factor");

        var (secret, recovery) = await admin.TurnOnTwoFactorAsync(stepsAgo: 1);
        (await admin.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.OK);
        (await admin.With(other).GetAsync("/api/admin/audit")).Code
            .ShouldBe("auth.second_factor_required", "the other session has proven a password alone");

        foreach (var code in new[] { Authenticator.CodeNow(secret), recovery[0] })
        {
            var logIn = await LogInTests.LogInAsync(admin, Person.Password, code);
            (await admin.With(logIn.Text("access_token")).GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.OK);
            var renewed = await admin.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = logIn.Text("refresh_token") },
                null);
            (await admin.With(renewed.Text("access_token")).GetAsync("/api/admin/audit")).Status
                .ShouldBe(HttpStatusCode.OK, "a refresh keeps it");
        }

        (await admin.PostAsync("/api/user/2fa/disable", new { totp = recovery[1] })).Status.ShouldBe(HttpStatusCode.OK);
        (await admin.GetAsync("/api/admin/audit")).Code.ShouldBe("auth.second_factor_required");
    }

    [Fact]
    public async Task No_personal_token_opens_an_administrators_route_and_for_others_there_is_none()
    {
        var admin = await Person.AdministratorAsync(api);
        var person = await Person.SignUpAsync(api);
        await person.TurnOnTwoFactorAsync();

        foreach (var (owner, status, code) in new[] { (admin, HttpStatusCode.Forbidden, "auth.forbidden"),
            (person, HttpStatusCode.NotFound, "not_found") })
        {
            var token = (await owner.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "admin" } })).Text("token");
            var answer = await owner.With(token).GetAsync("/api/admin/audit");
            (answer.Status, answer.Code).ShouldBe((status, code));
        }
        (await person.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void Every_route_of_administrators_has_their_policy()
    {
        var routes = api.Factory.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.TrimStart('/').StartsWith("api/admin", StringComparison.Ordinal)).ToList();

        routes.Count.ShouldBeGreaterThan(3);
        routes.Where(route => route.Metadata.GetOrderedMetadata<IAuthorizeData>().All(data => data.Policy != TradeFlowPolicies.Admin))
            .Select(route => route.DisplayName).ShouldBeEmpty();
    }

    private (Microsoft.AspNetCore.Mvc.Testing.WebApplicationFactory<Program> Factory, LogLines Log) StartWith(string email, string password)
    {
        var log = new LogLines();
        var factory = api.NewFactory(new() { ["Admin:Email"] = email, ["Admin:Password"] = password }, logs: log);
        _ = factory.Server;
        return (factory, log);
    }
}
