using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.OAuth;

/// <summary>
/// What goes wrong with OAuth elsewhere. Each differs from a good request in one thing, and the good one is shown to work.
/// </summary>
public sealed class OAuthAttackTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("https://partner.example/callback/")]
    [InlineData("https://partner.example/callback?x=1")]
    [InlineData("https://partner.example/Callback")]
    [InlineData("https://partner.example/callback/../other")]
    [InlineData("https://partner.example:444/callback")]
    [InlineData("http://partner.example/callback")]
    [InlineData("https://partner.example.evil.example/callback")]
    [InlineData("https://partner.example@evil.example/callback")]
    [InlineData("https://evil.example/https://partner.example/callback")]
    [InlineData("https://partner.example/callback%2f..%2f")]
    [InlineData("//partner.example/callback")]
    [InlineData("https://evil.example\\@partner.example/callback")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://127.0.0.1:9/callback")]
    public async Task A_near_miss_of_the_redirect_address_leads_nowhere(string uri)
    {
        var partner = await Partner.MakeAsync(api, await Person.SignUpAsync(api));
        (await partner.AuthorizeAsync("read")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        foreach (var prompt in new[] { "consent", "none" })
        {
            var answer = await partner.AuthorizeAsync("read", query => (query["redirect_uri"], query["prompt"]) = (uri, prompt));

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            answer.Headers.Location.ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task An_authorization_names_its_redirect_address(string? uri)
    {
        var partner = await Partner.MakeAsync(api, await Person.SignUpAsync(api));

        (await partner.AuthorizeAsync("read", query => query["redirect_uri"] = uri)).Headers.Location
            ?.OriginalString.ShouldNotStartWith("/consent");
    }

    [Fact]
    public async Task A_loopback_address_counts_with_its_port()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner, more: new
        {
            name = "x", redirect_uris = new[] { "http://127.0.0.1:8123/callback", "http://127.0.0.1/any" }, scopes = new[] { "read" },
        });

        (await partner.AuthorizeAsync("read", query => query["redirect_uri"] = "http://127.0.0.1:8123/callback")).StatusCode
            .ShouldBe(HttpStatusCode.Redirect);
        (await partner.AuthorizeAsync("read", query => query["redirect_uri"] = "http://127.0.0.1:8124/callback")).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
        (await partner.AuthorizeAsync("read", query => query["redirect_uri"] = "http://127.0.0.1:8124/any")).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
        (await partner.AuthorizeAsync("read", query => query["redirect_uri"] = "http://localhost:8123/callback")).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge_method", null)]
    [InlineData("response_type", "token")]
    [InlineData("response_type", "id_token")]
    [InlineData("response_type", "code id_token")]
    [InlineData("response_mode", "fragment")]
    [InlineData("response_mode", "form_post")]
    [InlineData("scope", "admin")]
    [InlineData("scope", "read everything")]
    [InlineData("prompt", "none consent")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("request_uri", "https://evil.example/request")]
    public async Task What_is_weaker_than_we_ask_for_shows_no_screen(string name, string? value)
    {
        foreach (var confidential in new[] { false, true })
        {
            var partner = await Partner.MakeAsync(api, await Person.SignUpAsync(api), confidential);

            var answer = await partner.AuthorizeAsync("openid read", query => query[name] = value);

            var location = answer.Headers.Location?.OriginalString ?? "";
            if (answer.StatusCode != HttpStatusCode.BadRequest) location.ShouldStartWith(Partner.Redirect + "?");
            location.ShouldNotContain("code=");
            if (location.Length > 0) location.ShouldContain("error=");
        }
    }

    [Fact]
    public async Task A_scope_that_the_app_did_not_ask_for_when_it_was_made_is_refused()
    {
        var partner = await Partner.MakeAsync(api, await Person.SignUpAsync(api), scopes: "openid read");

        foreach (var scope in new[] { "trade", "read trade", "read profile", "read offline_access" })
            (await partner.AuthorizeAsync(scope)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, scope);
    }

    [Fact]
    public async Task A_code_used_twice_ends_what_came_of_it()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        var code = (await partner.LetInAsync(owner, "offline_access read"))["code"];
        var tokens = await partner.RedeemAsync(code);
        tokens.Status.ShouldBe(HttpStatusCode.OK);

        (await partner.RedeemAsync(code)).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await owner.With(tokens.Text("access_token")).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await partner.RefreshAsync(tokens.Text("refresh_token"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("another verifier that is long enough for the rule of forty-three letters")]
    public async Task A_code_without_its_verifier_is_worth_nothing(string? verifier)
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        var code = (await partner.LetInAsync(owner, "read"))["code"];

        (await partner.RedeemAsync(code, verifier)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await partner.RedeemAsync(code)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_code_of_another_app_or_address_is_refused()
    {
        var owner = await Person.SignUpAsync(api);
        var (partner, other) = (await Partner.MakeAsync(api, owner), await Partner.MakeAsync(api, owner));
        var code = (await partner.LetInAsync(owner, "offline_access read"))["code"];

        (await other.RedeemAsync(code)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await partner.RedeemAsync(code, redirect: "https://partner.example/other")).Status.ShouldBe(HttpStatusCode.BadRequest);
        var tokens = await partner.RedeemAsync(code);

        tokens.Status.ShouldBe(HttpStatusCode.OK);
        (await other.RefreshAsync(tokens.Text("refresh_token"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_confidential_app_proves_its_secret_each_time()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner, confidential: true);
        var code = (await partner.LetInAsync(owner, "read"))["code"];
        Dictionary<string, string?> Redeem(string? secret) => new()
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Partner.Redirect,
            ["code_verifier"] = Partner.Verifier, ["client_secret"] = secret,
        };

        foreach (var secret in new[] { null, "", "tfs_" + new string('0', 43), partner.Secret + "0" })
            (await partner.TokenAsync(Redeem(secret))).Status.ShouldBe(HttpStatusCode.Unauthorized, secret);
        (await partner.TokenAsync(new() { ["grant_type"] = "password", ["username"] = owner.Email, ["password"] = Person.Password })).Status
            .ShouldBe(HttpStatusCode.BadRequest);

        (await partner.TokenAsync(Redeem(partner.Secret))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_program_on_a_machine_has_no_client_credentials()
    {
        var partner = await Partner.MakeAsync(api, await Person.SignUpAsync(api));

        (await partner.TokenAsync(new() { ["grant_type"] = "client_credentials", ["scope"] = "read" })).Status
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    [Trait("Control", "A5")]
    public async Task A_forged_token_is_refused()
    {
        var owner = await Person.SignUpAsync(api);
        var tokens = await (await Partner.MakeAsync(api, owner)).TokensAsync(owner, "openid offline_access read");
        var access = tokens.Text("access_token");
        var parts = access.Split('.');
        static string Text(string json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));
        var claims = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(parts[1]));
        var header = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(parts[0]));
        claims.ShouldContain(" read\"");
        header.ShouldContain("ES256");

        string[] forged =
        [
            $"{Text(header.Replace("ES256", "none", StringComparison.Ordinal))}.{parts[1]}.",
            $"{Text(header.Replace("ES256", "HS256", StringComparison.Ordinal))}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{Text(claims.Replace(" read\"", " trade\"", StringComparison.Ordinal))}.{parts[2]}",
            tokens.Text("id_token"),
            tokens.Text("refresh_token"),
        ];

        (await owner.With(access).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var token in forged)
            (await owner.With(token).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.Unauthorized, token);
        foreach (var token in forged.Append(owner.AccessToken))
            (await owner.With(token).GetAsync("/connect/userinfo")).Status.ShouldBe(HttpStatusCode.Unauthorized, token);
    }

    [Fact]
    [Trait("Control", "T1")]
    public async Task A_token_opens_the_tenant_that_the_person_was_in_and_no_other()
    {
        var (owner, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var partner = await Partner.MakeAsync(api, owner);

        var tokens = await partner.TokensAsync(eve, "openid read");

        var program = eve.With(tokens.Text("access_token"));
        (await program.GetAsync("/api/tenant/members")).Json.GetProperty("items").EnumerateArray().Single().GetProperty("user_id").GetGuid()
            .ShouldBe(eve.UserId);
        (await program.GetAsync("/connect/userinfo")).Json.GetProperty("tenant").GetProperty("id").GetGuid().ShouldBe(eve.TenantId);
        (await owner.GetAsync("/api/user/grants")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    [Trait("Control", "C1")]
    public async Task A_consent_counts_for_the_request_and_the_browser_that_it_was_given_in()
    {
        var (owner, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var partner = await Partner.MakeAsync(api, owner);
        var asked = await partner.AuthorizeAsync("read");
        // Without the session of the dashboard nobody decides anything, whatever cookies a page of another site makes the browser send.
        (await owner.SendAsync(HttpMethod.Post, "/api/user/consent",
            new { request = Partner.RequestOf(asked.Headers.Location!), allow = true }, token: null)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        var url = (await Partner.DecideAsync(eve, asked.Headers.Location!)).Text("continue_url");

        foreach (var stolen in new[] { partner.Elsewhere(api).BrowseAsync(url), partner.BrowseAsync(url.Replace("scope=read", "scope=trade",
            StringComparison.Ordinal)), partner.BrowseAsync(url.Replace("state=s1", "state=s2", StringComparison.Ordinal)) })
        {
            var answer = await stolen;
            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            answer.Headers.Location!.OriginalString.ShouldStartWith("/consent?");
        }
        Partner.Callback(await partner.BrowseAsync(url)).ShouldContainKey("code");
    }

    [Fact]
    [Trait("Control", "C1")]
    public async Task Consent_asks_for_a_fresh_proof_and_refusing_does_not_let_in()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner, confidential: true);
        var asked = await partner.AuthorizeAsync("read");

        var refused = Partner.Callback(
            await partner.BrowseAsync((await Partner.DecideAsync(owner, asked.Headers.Location!, allow: false)).Text("continue_url")));
        refused["error"].ShouldBe("access_denied");
        refused["state"].ShouldBe("s1");
        (await owner.GetAsync("/api/user/grants")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        await api.ExecuteAsync($"update tenancy.sessions set proven_at = now() - interval '6 minutes' where user_id = '{owner.UserId}'");
        (await Partner.DecideAsync(owner, asked.Headers.Location!)).Code.ShouldBe("auth.confirm_required");
    }

    [Fact]
    [Trait("Control", "X1")]
    public async Task The_way_from_here_never_leads_to_where_a_stranger_says()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        var asked = await partner.AuthorizeAsync("read");
        var request = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(Partner.RequestOf(asked.Headers.Location!)));

        // A screen whose address was changed on the way: the person may even agree, and is sent nowhere.
        request.ShouldContain("partner.example");
        var changed = WebEncoders.Base64UrlEncode(
            Encoding.UTF8.GetBytes(request.Replace("partner.example", "evil.example", StringComparison.Ordinal)));
        var answer = await partner.BrowseAsync((await Partner.DecideAsync(owner, new Uri("/consent?request=" + changed, UriKind.Relative)))
            .Text("continue_url"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.Location.ShouldBeNull();
    }

    [Theory]
    [InlineData("/connect/authorize?client_id=%00")]
    [InlineData("/connect/authorize?client_id=x&response_type=code&redirect_uri=%00")]
    [InlineData("/connect/authorize")]
    [InlineData("/connect/token")]
    [InlineData("/connect/userinfo")]
    [InlineData("/connect/nothing")]
    [InlineData("/.well-known/nothing")]
    public async Task Nonsense_is_answered_with_a_refusal(string path)
    {
        var answer = await (await Person.SignUpAsync(api)).SendAsync(HttpMethod.Get, path, null, null);

        ((int)answer.Status).ShouldBeInRange(400, 499);
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task Wrong_secrets_run_into_a_limit_and_right_ones_do_not_count()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner, confidential: true);
        using var limited = api.NewFactory(new() { ["RateLimits:SignIn"] = "3" });
        var there = new Partner(ApiFixture.NewClient(limited), partner.ClientId, partner.Secret);
        Dictionary<string, string?> Form(string? secret) =>
            new() { ["grant_type"] = "client_credentials", ["scope"] = "read", ["client_secret"] = secret };

        for (var i = 0; i < 5; i++) (await there.TokenAsync(Form(partner.Secret))).Status.ShouldBe(HttpStatusCode.OK);
        var wrong = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++) wrong.Add((await there.TokenAsync(Form("wrong"))).Status);

        // A minute may end in between.
        wrong.Count(status => status == HttpStatusCode.Unauthorized).ShouldBeInRange(3, 6);
        wrong.ShouldContain(HttpStatusCode.TooManyRequests);
    }
}
