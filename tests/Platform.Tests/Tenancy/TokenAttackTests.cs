using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>Forged access tokens. Each differs from a good one in one thing, and the good one is shown to work.</summary>
[Trait("Control", "A5")]
public sealed class TokenAttackTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_token_made_like_ours_with_our_key_works() => (await CallAsync(await ForgeAsync())).ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task A_wrong_audience_is_refused() =>
        (await CallAsync(await ForgeAsync(token => token.Audience = "another-api"))).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_wrong_issuer_is_refused() =>
        (await CallAsync(await ForgeAsync(token => token.Issuer = "somebody"))).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_wrong_type_is_refused() =>
        (await CallAsync(await ForgeAsync(token => token.TokenType = "JWT"))).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task An_expired_token_is_refused() =>
        (await CallAsync(await ForgeAsync(token => token.Expires = token.IssuedAt!.Value.AddSeconds(-31))))
            .ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_token_of_the_future_is_refused() =>
        (await CallAsync(await ForgeAsync(token => token.NotBefore = token.IssuedAt!.Value.AddMinutes(2))))
            .ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_key_of_somebody_else_under_our_id_is_refused()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kid = (await SignerAsync()).KeyId;

        (await CallAsync(await ForgeAsync(token => token.SigningCredentials = new SigningCredentials(
            new ECDsaSecurityKey(own) { KeyId = kid }, SecurityAlgorithms.EcdsaSha256)))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_public_key_as_a_shared_secret_is_refused()
    {
        var signer = await SignerAsync();
        var secret = new SymmetricSecurityKey(signer.ECDsa.ExportSubjectPublicKeyInfo()) { KeyId = signer.KeyId };

        (await CallAsync(
            await ForgeAsync(token => token.SigningCredentials = new SigningCredentials(secret, SecurityAlgorithms.HmacSha256))))
            .ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_unsigned_token_is_refused()
    {
        var parts = (await ForgeAsync()).Split('.');
        var header = Base64UrlEncoder.Encode($$"""{"alg":"none","typ":"at+jwt","kid":"{{(await SignerAsync()).KeyId}}"}""");

        (await CallAsync($"{header}.{parts[1]}.")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_changed_claim_is_refused()
    {
        var parts = (await ForgeAsync()).Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("\"user\"", "\"admin\"", StringComparison.Ordinal);

        (await CallAsync($"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("' or 1=1 --")]
    [InlineData("")]
    public async Task A_key_id_that_is_no_key_is_refused(string kid)
    {
        var key = await SignerAsync();
        var other = new ECDsaSecurityKey(key.ECDsa) { KeyId = kid };

        (await CallAsync(
            await ForgeAsync(token => token.SigningCredentials = new SigningCredentials(other, SecurityAlgorithms.EcdsaSha256))))
            .ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")]
    [InlineData("tfp_0000000000000000000000000000000000000000000")]
    public async Task Garbage_is_refused(string token) => (await CallAsync(token)).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_huge_token_is_refused() => (await CallAsync(new string('a', 20_000))).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_role_in_the_token_grants_nothing_that_the_database_does_not()
    {
        (await CallAsync(await ForgeAsync(token => token.Claims!["role"] = "owner"), "/api/admin/tenants"))
            .ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<HttpStatusCode> CallAsync(string token, string path = "/api/user/me") =>
        (await new Person(api.NewClient(), "x").SendAsync(HttpMethod.Get, path, null, token)).Status;

    private async Task<ECDsaSecurityKey> SignerAsync() => await api.Service<SigningKeys>().SignerAsync(CancellationToken.None);

    private async Task<string> ForgeAsync(Action<SecurityTokenDescriptor>? change = null)
    {
        var ada = await Person.SignUpAsync(api);
        var now = DateTime.UtcNow;
        var good = new JsonWebToken(ada.AccessToken);
        var token = new SecurityTokenDescriptor
        {
            Issuer = good.Issuer, Audience = good.Audiences.Single(), TokenType = good.Typ, IssuedAt = now, NotBefore = now.AddHours(-1),
            Expires = now.AddMinutes(10), SigningCredentials = new SigningCredentials(await SignerAsync(), SecurityAlgorithms.EcdsaSha256),
            Claims = good.Claims.Where(claim => claim.Type is "sub" or "sid" or "tid" or "role" or "prole" or "scope")
                .ToDictionary(claim => claim.Type, claim => (object)claim.Value),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }
}
