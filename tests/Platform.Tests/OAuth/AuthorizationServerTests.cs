using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.OAuth;

/// <summary>The protocol as a program of a partner sees it.</summary>
public sealed class AuthorizationServerTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Discovery_names_what_there_is_and_keys_of_ours_sign()
    {
        var anybody = await Person.SignUpAsync(api);
        var document = await anybody.SendAsync(HttpMethod.Get, "/.well-known/openid-configuration", null, null);

        document.Status.ShouldBe(HttpStatusCode.OK);
        document.Text("issuer").ShouldBe("http://localhost/");
        document.Text("authorization_endpoint").ShouldBe("http://localhost/connect/authorize");
        Texts(document, "code_challenge_methods_supported").ShouldBe(["S256"]);
        Texts(document, "grant_types_supported").ShouldBe(["authorization_code", "refresh_token", "client_credentials"], ignoreOrder: true);
        Texts(document, "scopes_supported").ShouldBe(["openid", "profile", "offline_access", "read", "trade"], ignoreOrder: true);
        Texts(document, "token_endpoint_auth_methods_supported").ShouldBe(["client_secret_basic", "client_secret_post"], ignoreOrder: true);
        Texts(document, "claims_supported").ShouldContain("tenant");
        Texts(document, "prompt_values_supported").ShouldBe(["consent", "none"], ignoreOrder: true);

        var keys = await anybody.SendAsync(HttpMethod.Get, "/.well-known/jwks", null, null);
        var session = new JsonWebToken(anybody.AccessToken);
        keys.Json.GetProperty("keys").EnumerateArray()
            .ShouldContain(key => key.GetProperty("kid").GetString() == session.Kid && key.GetProperty("crv").GetString() == "P-256");
        keys.Json.ToString().ShouldNotContain("\"d\":");
    }

    [Fact]
    public async Task A_code_becomes_tokens_that_read_and_say_who_it_is()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);

        var callback = await partner.LetInAsync(owner, "openid profile offline_access read");
        callback["state"].ShouldBe("s1");
        var tokens = await partner.RedeemAsync(callback["code"]);

        tokens.Status.ShouldBe(HttpStatusCode.OK, tokens.Json.ToString());
        tokens.Json.GetProperty("expires_in").GetInt32().ShouldBeInRange(590, 600);
        var access = new JsonWebToken(tokens.Text("access_token"));
        (access.Alg, access.Typ, access.Kid).ShouldBe(("ES256", "at+jwt", new JsonWebToken(owner.AccessToken).Kid));
        new JsonWebToken(tokens.Text("id_token")).Subject.ShouldBe(owner.UserId.ToString());

        var program = owner.With(tokens.Text("access_token"));
        (await program.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
        (await program.GetAsync("/api/user/me")).Text("email").ShouldBe(owner.Email);
        var who = await program.GetAsync("/connect/userinfo");
        who.Status.ShouldBe(HttpStatusCode.OK);
        (who.Text("sub"), who.Text("email"), who.Text("name")).ShouldBe((owner.UserId.ToString(), owner.Email, "Ada"));
        who.Json.GetProperty("tenant").GetProperty("id").GetGuid().ShouldBe(owner.TenantId);
    }

    [Fact]
    public async Task A_refresh_token_is_followed_by_another_and_has_ten_seconds_of_leeway()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        var first = await partner.TokensAsync(owner, "offline_access read");

        var second = await partner.RefreshAsync(first.Text("refresh_token"));
        var lost = await partner.RefreshAsync(first.Text("refresh_token"));

        (second.Status, lost.Status).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        second.Text("refresh_token").ShouldNotBe(first.Text("refresh_token"));
        (await owner.With(second.Text("access_token")).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);

        await api.ExecuteAsync($"update oauth.tokens set redeemed_at = redeemed_at - interval '11 seconds' where redeemed_at is not null and subject = '{owner.UserId}'");
        (await partner.RefreshAsync(first.Text("refresh_token"))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await partner.RefreshAsync(second.Text("refresh_token"))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await owner.With(second.Text("access_token")).PostAsync("/api/user/emergency_stop/resume")).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Client_credentials_act_as_the_apps_own_tenant()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner, confidential: true);

        var tokens = await partner.TokenAsync(new() { ["grant_type"] = "client_credentials", ["scope"] = "read" });

        tokens.Status.ShouldBe(HttpStatusCode.OK, tokens.Json.ToString());
        tokens.Json.TryGetProperty("refresh_token", out _).ShouldBeFalse();
        var program = owner.With(tokens.Text("access_token"));
        (await program.GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
        (await program.GetAsync("/api/tenant/members")).Json.GetProperty("items").EnumerateArray().Single().GetProperty("user_id").GetGuid()
            .ShouldBe(owner.UserId);
        (await program.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await program.PostAsync("/api/webhooks/validate", new { })).Status.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Introspection_tells_a_confidential_app_whether_its_token_lives()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner, confidential: true);
        var tokens = await partner.TokensAsync(owner, "offline_access read");

        (await IntrospectAsync(partner, tokens.Text("access_token"))).ShouldBeTrue();
        (await partner.PostAsync("/connect/revoke", new() { ["token"] = tokens.Text("access_token") })).Status.ShouldBe(HttpStatusCode.OK);

        (await IntrospectAsync(partner, tokens.Text("access_token"))).ShouldBeFalse();
        (await IntrospectAsync(partner, tokens.Text("refresh_token"))).ShouldBeTrue();
    }

    [Fact]
    public async Task Prompt_none_answers_without_a_screen()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        void None(Dictionary<string, string?> query) => query["prompt"] = "none";

        Partner.Callback(await partner.AuthorizeAsync("read", None))["error"].ShouldBe("login_required");
        await partner.LetInAsync(owner, "read");
        Partner.Callback(await partner.AuthorizeAsync("read", None)).ShouldContainKey("code");
        Partner.Callback(await partner.AuthorizeAsync("trade", None))["error"].ShouldBe("consent_required");
        Partner.Callback(await partner.Elsewhere(api).AuthorizeAsync("read", None))["error"].ShouldBe("login_required");
        await owner.PostAsync("/auth/logout");
        Partner.Callback(await partner.AuthorizeAsync("read", None))["error"].ShouldBe("login_required");
    }

    [Fact]
    public async Task A_server_that_was_let_in_before_is_let_in_again_and_a_program_on_a_machine_is_asked_about_each_time()
    {
        var owner = await Person.SignUpAsync(api);
        var (server, program) = (await Partner.MakeAsync(api, owner, confidential: true), await Partner.MakeAsync(api, owner));
        await server.LetInAsync(owner, "read");
        await program.LetInAsync(owner, "read");

        Partner.Callback(await server.AuthorizeAsync("read")).ShouldContainKey("code");
        (await server.AuthorizeAsync("read", query => query["prompt"] = "consent")).Headers.Location!.OriginalString
            .ShouldStartWith("/consent?");
        (await program.AuthorizeAsync("read")).Headers.Location!.OriginalString.ShouldStartWith("/consent?");
    }

    [Fact]
    public void Nothing_writes_key_files_of_data_protection() =>
        api.Factory.Services.GetServices<IHostedService>()
            .ShouldNotContain(service => service.GetType().FullName!.Contains("DataProtection"));

    private static async Task<bool> IntrospectAsync(Partner partner, string token)
    {
        var answer = await partner.PostAsync("/connect/introspect", new() { ["token"] = token });
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        return answer.Json.GetProperty("active").GetBoolean();
    }

    private static List<string?> Texts(Answer answer, string property) =>
        [.. answer.Json.GetProperty(property).EnumerateArray().Select(one => one.GetString())];
}
