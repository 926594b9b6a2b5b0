using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.OAuth;

/// <summary>Making programs known, and who may.</summary>
public sealed class AppTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_secret_is_shown_once_and_is_nowhere_at_rest()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner, confidential: true);

        var list = await owner.GetAsync("/api/tenant/apps");

        var app = list.Json.GetProperty("items").EnumerateArray().Single();
        app.GetProperty("client_id").GetString().ShouldBe(partner.ClientId);
        app.GetProperty("redirect_uris").EnumerateArray().Single().GetString().ShouldBe(Partner.Redirect);
        app.GetProperty("scopes").GetArrayLength().ShouldBe(5);
        list.Json.ToString().ShouldNotContain(partner.Secret!);
        (await api.ScalarAsync<string>($"select client_secret from oauth.apps where client_id = '{partner.ClientId}'"))!
            .ShouldNotContain(partner.Secret!);
    }

    [Theory]
    [InlineData("http://partner.example/callback")]
    [InlineData("https://partner.example/callback#part")]
    [InlineData("https://*.partner.example/callback")]
    [InlineData("https://me@partner.example/callback")]
    [InlineData("javascript:alert(1)")]
    [InlineData("partner://callback")]
    [InlineData("/callback")]
    [InlineData("http://127.0.0.1.partner.example/callback")]
    [InlineData("https://partner.example\\@other.example/")]
    [InlineData("")]
    public async Task An_address_that_is_neither_https_nor_this_machine_is_not_taken(string uri) =>
        (await (await Person.SignUpAsync(api)).PostAsync("/api/tenant/apps",
            new { name = "x", redirect_uris = new[] { uri }, scopes = new[] { "read" } })).Fields.ShouldBe(["redirect_uris"]);

    [Theory]
    [InlineData("https://partner.example/callback?of=us")]
    [InlineData("http://127.0.0.1:8123/callback")]
    [InlineData("http://[::1]:8123/callback")]
    [InlineData("http://localhost/callback")]
    public async Task Https_and_this_machine_are_taken(string uri) =>
        (await (await Person.SignUpAsync(api)).PostAsync("/api/tenant/apps",
            new { name = "x", redirect_uris = new[] { uri }, scopes = new[] { "read" } })).Status.ShouldBe(HttpStatusCode.Created);

    [Fact]
    public async Task Each_field_that_is_wrong_is_named()
    {
        var owner = await Person.SignUpAsync(api);

        (await owner.PostAsync("/api/tenant/apps",
            new { name = " ", redirect_uris = Array.Empty<string>(), scopes = new[] { "read", "admin" } })).Fields
            .ShouldBe(["name", "redirect_uris", "scopes"]);
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task Making_and_deleting_ask_for_an_owner_with_a_fresh_proof()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        var trader = await owner.InviteAsync(api, "trader");
        var token = owner.With((await owner.PostAsync("/api/user/tokens", new { name = "x", scopes = new[] { "admin" } })).Text("token"));
        var body = new { name = "x", redirect_uris = new[] { Partner.Redirect }, scopes = new[] { "read" } };

        foreach (var other in new[] { trader, token })
        {
            (await other.PostAsync("/api/tenant/apps", body)).Code.ShouldBe("auth.forbidden");
            (await other.DeleteAsync($"/api/tenant/apps/{partner.ClientId}")).Code.ShouldBe("auth.forbidden");
        }
        await api.ExecuteAsync($"update tenancy.sessions set proven_at = now() - interval '6 minutes' where user_id = '{owner.UserId}'");

        (await owner.PostAsync("/api/tenant/apps", body)).Code.ShouldBe("auth.confirm_required");
        (await owner.DeleteAsync($"/api/tenant/apps/{partner.ClientId}")).Code.ShouldBe("auth.confirm_required");
        (await owner.GetAsync("/api/tenant/apps")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "T1")]
    public async Task Another_tenant_sees_and_deletes_nothing_of_ours()
    {
        var (owner, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var partner = await Partner.MakeAsync(api, owner);

        (await eve.GetAsync("/api/tenant/apps")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await eve.DeleteAsync($"/api/tenant/apps/{partner.ClientId}")).Status.ShouldBe(HttpStatusCode.NotFound);

        (await owner.GetAsync("/api/tenant/apps")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_app_that_is_not_published_is_for_its_own_tenant_alone()
    {
        var (owner, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var partner = await Partner.MakeAsync(api, owner,
            more: new { name = "ours", redirect_uris = new[] { Partner.Redirect }, scopes = new[] { "read" }, published = false });
        var asked = await partner.AuthorizeAsync("read");

        (await Partner.DecideAsync(eve, asked.Headers.Location!)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Partner.DecideAsync(owner, asked.Headers.Location!)).Status.ShouldBe(HttpStatusCode.OK);
    }
}
