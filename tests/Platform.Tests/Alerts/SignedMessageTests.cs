using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class SignedMessageTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private const string Buy = """{"intent":{"side":"buy","symbol":"EURUSD","qty":1}}""";

    [Fact]
    [Trait("Control", "K7")]
    public void Signatures_are_judged_as_the_library_of_the_specification_judges_them()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "tests", "StandardWebhooks.Oracle", "vectors.json")));
        var now = DateTimeOffset.FromUnixTimeSeconds(file.RootElement.GetProperty("now").GetInt64());
        var vectors = file.RootElement.GetProperty("vectors").EnumerateArray().ToList();

        vectors.Count.ShouldBeGreaterThan(20);
        vectors.Where(one => IsGood(one, now) != one.GetProperty("good").GetBoolean()).Select(one => one.GetProperty("name").GetString())
            .ShouldBeEmpty();
        var first = vectors[0];
        StandardWebhook.Sign(StandardWebhook.KeyOf(first.GetProperty("secrets")[0].GetString()!), first.GetProperty("id").GetString()!,
            first.GetProperty("timestamp").GetString()!, Encoding.UTF8.GetBytes(first.GetProperty("body").GetString()!))
            .ShouldBe(first.GetProperty("signature").GetString());
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1,")]
    [InlineData("v1,not base64")]
    [InlineData("v1,AAAA,v1,AAAA")]
    [InlineData("   ")]
    public void What_is_no_signature_is_wrong_and_nothing_worse(string signature) =>
        StandardWebhook.Check([new byte[32]], new SignatureHeaders("m", "1790000000", signature), "x"u8,
            DateTimeOffset.FromUnixTimeSeconds(1790000000))
            .ShouldBe(SignatureVerdict.Wrong);

    [Fact]
    [Trait("Control", "K7")]
    public async Task An_account_with_a_secret_takes_signed_messages_only_and_says_why_not()
    {
        var trader = await rig.NewTraderAsync();
        var secret = await SecretAsync(trader);
        secret.ShouldStartWith("whsec_");

        var unsigned = await SendAsync(trader, Buy);
        (unsigned.Status, unsigned.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.invalid_signature"));
        unsigned.Text("error").ShouldContain("webhook-signature");
        (await SendAsync(trader, Buy, Signed(secret, "m1", Buy, ago: 301))).Text("error").ShouldContain("5 minutes");
        (await SendAsync(trader, Buy + " ", Signed(secret, "m1", Buy))).Text("error").ShouldContain("does not fit");
        (await SendAsync(trader, Buy, Signed(StandardWebhook.MakeSecret(), "m1", Buy))).Code.ShouldBe("auth.invalid_signature");
        (await SendAsync(trader, """{"intent":{"action":"flatten"}}""")).Code
            .ShouldBe("auth.invalid_signature", "an exit proves who it is from as well");
        await Eventually.True(async () => await RowsAsync(trader, "code = 'auth.invalid_signature' and status = 401") == 5,
            TimeSpan.FromSeconds(15), "each left a row");
        (await rig.ScalarAsync<long>(
            $"select count(*) from alerts.webhooks_log w where account_id = '{trader.Account}' and w::text like '%{secret[6..]}%'"))
            .ShouldBe(0);
        (await rig.ScalarAsync<long>($"select count(*) from trading.orders where account_id = '{trader.Account}'")).ShouldBe(0);

        (await SendAsync(trader, Buy, Signed(secret, "m1", Buy))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "K7")]
    public async Task The_id_of_the_message_is_the_id_of_the_signal_where_that_has_none()
    {
        var trader = await rig.NewTraderAsync();
        var secret = await SecretAsync(trader);
        Task<Answer> SendAs(string id, string body) => SendAsync(trader, body, Signed(secret, id, body));
        const string named = """{"id":"own","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""";

        var first = await SendAs("m1", Buy);
        (await SendAs("m1", Buy)).Text("duplicate_of").ShouldBe(first.Text("webhook_id"));
        (await SendAs("m2", Buy)).Json.TryGetProperty("duplicate_of", out _).ShouldBeFalse("another id is another signal");
        (await SendAs("m1", Buy.Replace("qty\":1", "qty\":2", StringComparison.Ordinal))).Code.ShouldBe("signal.id_reused");
        var own = await SendAs("m3", named);
        (await SendAs("m4", named)).Text("duplicate_of").ShouldBe(own.Text("webhook_id"));
    }

    [Fact]
    [Trait("Control", "K7")]
    public async Task A_new_secret_leaves_the_old_one_a_day_unless_it_is_to_end_at_once()
    {
        var trader = await rig.NewTraderAsync();
        var first = await SecretAsync(trader);
        var second = await SecretAsync(trader);
        async Task<HttpStatusCode> With(string secret) =>
            (await SendAsync(trader, Buy, Signed(secret, Guid.NewGuid().ToString(), Buy))).Status;
        var state = (await trader.Person.GetAsync(PathOf(trader))).Json;

        (state.GetProperty("old_until").GetDateTimeOffset() - state.GetProperty("since").GetDateTimeOffset())
            .ShouldBe(TimeSpan.FromDays(1));
        (await With(first), await With(second)).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        await rig.ExecuteAsync(
            $"update accounts.signing_secrets set old_until = now() - interval '1 second' where account_id = '{trader.Account}'");
        await rig.Service<TradeFlow.Platform.Accounts.Keys.KeyIndex>().ReloadAsync(trader.Account);
        (await With(first), await With(second)).ShouldBe((HttpStatusCode.Unauthorized, HttpStatusCode.OK));

        var third = await SecretAsync(trader, new { keep_old = false });
        (await With(second), await With(third)).ShouldBe((HttpStatusCode.Unauthorized, HttpStatusCode.OK));

        (await trader.Person.DeleteAsync(PathOf(trader))).Status.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(trader, """{"intent":{"side":"sell","symbol":"EURUSD","qty":1}}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.Person.GetAsync(PathOf(trader))).Json.GetProperty("since").ValueKind.ShouldBe(JsonValueKind.Null);
        (await trader.Person.DeleteAsync(PathOf(trader))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await rig.ScalarAsync<string>($"select string_agg(action, ',' order by seq) from tenancy.audit_log where tenant_id = '{trader.Person.TenantId}' and action like 'account.signing%'"))
            .ShouldBe("account.signing_secret_made,account.signing_secret_made,account.signing_secret_made,account.signing_secret_removed");
    }

    [Fact]
    [Trait("Control", "K7")]
    public async Task A_replica_that_has_not_heard_of_the_secret_records_nothing_unsigned()
    {
        var trader = await rig.NewTraderAsync();
        (await SendAsync(trader, """{"id":"before","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""")).Status
            .ShouldBe(HttpStatusCode.OK);
        await using (var connection = await rig.Platform.Database.System.OpenConnectionAsync())
            await rig.Service<SigningSecrets>()
                .ReplaceAsync(connection, new TenantId(trader.Person.TenantId), trader.Account, keepsOld: false, CancellationToken.None);

        (await SendAsync(trader, """{"id":"after","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""")).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await rig.ScalarAsync<long>($"select count(*) from trading.orders where account_id = '{trader.Account}'")).ShouldBe(1);
    }

    private static bool IsGood(JsonElement one, DateTimeOffset now)
    {
        string? Text(string name) => one.GetProperty(name).GetString();
        var keys = one.GetProperty("secrets").EnumerateArray().Select(secret => StandardWebhook.KeyOf(secret.GetString()!)).ToList();
        return StandardWebhook.Check(keys, new SignatureHeaders(Text("id"), Text("timestamp"), Text("signature")),
            Encoding.UTF8.GetBytes(Text("body")!), now) == SignatureVerdict.Good;
    }

    private static string PathOf(Trader trader) => $"/api/accounts/{trader.Account}/signing-secret";

    private static async Task<string> SecretAsync(Trader trader, object? body = null)
    {
        var answer = await trader.Person.SendAsync(HttpMethod.Post, PathOf(trader), body, trader.Person.AccessToken);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer.Text("secret");
    }

    private static (string Id, string Time, string Signature) Signed(string secret, string id, string body, int ago = 0)
    {
        var time = DateTimeOffset.UtcNow.AddSeconds(-ago).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return (id, time, "v1,AAAA " + StandardWebhook.Sign(StandardWebhook.KeyOf(secret), id, time, Encoding.UTF8.GetBytes(body)));
    }

    private async Task<Answer> SendAsync(Trader trader, string body, (string Id, string Time, string Signature)? signed = null)
    {
        using var http = rig.NewClient();
        if (signed is var (id, time, signature))
        {
            http.DefaultRequestHeaders.Add("webhook-id", id);
            http.DefaultRequestHeaders.Add("webhook-timestamp", time);
            http.DefaultRequestHeaders.Add("webhook-signature", signature);
        }
        return await trader.SendAsync($"/webhook/paper/{trader.Key}", body, http: http);
    }

    private Task<long> RowsAsync(Trader trader, string where) =>
        rig.ScalarAsync<long>($"select count(*) from alerts.webhooks_log where account_id = '{trader.Account}' and {where}");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TradeFlow.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("TradeFlow.sln");
        return folder.FullName;
    }
}
