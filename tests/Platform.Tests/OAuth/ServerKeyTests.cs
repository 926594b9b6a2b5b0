using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.OAuth;

/// <summary>What other replicas, a new key and a public address mean for programs.</summary>
public sealed class ServerKeyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    [Trait("Control", "A5")]
    public async Task A_refresh_token_outlives_the_key_that_has_signed_it()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        var tokens = await partner.TokensAsync(owner, "openid offline_access read");
        var old = new JsonWebToken(tokens.Text("access_token")).Kid;
        await api.ExecuteAsync("update tenancy.signing_keys set created_at = created_at - interval '32 days'");
        using var later = api.NewFactory([]);

        var next = await new Partner(ApiFixture.NewClient(later), partner.ClientId, null).RefreshAsync(tokens.Text("refresh_token"));

        next.Status.ShouldBe(HttpStatusCode.OK, next.Json.ToString());
        var access = next.Text("access_token");
        new JsonWebToken(access).Kid.ShouldNotBe(old);
        (await new Person(ApiFixture.NewClient(later), owner.Email).With(access).GetAsync("/api/positions")).Status
            .ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "X1")]
    public async Task With_a_public_address_nothing_else_is_written_of_us()
    {
        var owner = await Person.SignUpAsync(api);
        using var site = api.NewFactory(new() { ["PublicUrl"] = "https://trade.example.com" });
        var http = ApiFixture.NewClient(site);
        var there = new Person(http, owner.Email).With(owner.AccessToken);
        var partner = new Partner(http, (await Partner.MakeAsync(api, owner)).ClientId, null);

        var document = await there.SendAsync(HttpMethod.Get, "/.well-known/openid-configuration", null, null);
        document.Text("issuer").ShouldBe("https://trade.example.com/");
        document.Text("token_endpoint").ShouldBe("https://trade.example.com/connect/token");

        var tokens = await partner.TokensAsync(there, "openid read");
        new JsonWebToken(tokens.Text("access_token")).Issuer.ShouldBe("https://trade.example.com/");
        (await there.With(tokens.Text("access_token")).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.OK);
        // What another address of ours has issued is of another issuer.
        var local = await new Partner(api.NewClient(), partner.ClientId, null).TokensAsync(owner, "openid read");
        (await there.With(local.Text("access_token")).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Of_many_who_show_one_code_at_once_one_at_most_gets_tokens()
    {
        var owner = await Person.SignUpAsync(api);
        var partner = await Partner.MakeAsync(api, owner);
        for (var round = 0; round < 5; round++)
        {
            var code = (await partner.LetInAsync(owner, "offline_access read"))["code"];

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => partner.RedeemAsync(code)));

            answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBeLessThanOrEqualTo(1);
            answers.ShouldAllBe(answer => (int)answer.Status < 500);
        }
    }
}
