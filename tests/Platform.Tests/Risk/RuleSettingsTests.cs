using System.Net;
using System.Text.Json;

namespace TradeFlow.Platform.Tests.Risk;

/// <summary>The settings that rules have of their own, through the API, by the rules that there are.</summary>
public sealed class RuleSettingsTests(RiskRig rig) : IClassFixture<RiskRig>
{
    private const string Path = "/api/user/risk_rules";

    [Fact]
    public async Task Each_rule_describes_its_settings_and_begins_with_their_defaults()
    {
        var trader = await rig.NewAsync();

        var rules = (await trader.Person.GetAsync(Path)).Json.EnumerateArray().ToList();

        rules.ShouldNotBeEmpty();
        foreach (var rule in rules)
        {
            var properties = rule.GetProperty("schema").GetProperty("properties");
            rule.GetProperty("settings").EnumerateObject().Select(member => member.Name)
                .ShouldBe(properties.EnumerateObject().Select(member => member.Name));
            // Off until somebody has asked for it.
            rule.GetProperty("settings").GetProperty("enabled").GetBoolean().ShouldBeFalse();
        }
    }

    [Fact]
    public async Task What_is_saved_holds_what_is_left_out_stays_and_null_is_the_default_again()
    {
        var trader = await rig.NewAsync();
        var path = $"{Path}/{await CodeAsync(trader)}";

        Settings(await PutAsync(trader, path, new { enabled = true, without_stop = 250.5 })).ShouldBe((true, 250.5m));
        Settings(await PutAsync(trader, path, new { without_stop = 100 })).ShouldBe((true, 100m));
        Settings(await PutAsync(trader, path, new { without_stop = (decimal?)null })).ShouldBe((true, null));
        var saved = (await trader.Person.GetAsync(Path)).Json.EnumerateArray()
            .Single(rule => path.EndsWith(rule.GetProperty("code").GetString()!, StringComparison.Ordinal));
        saved.GetProperty("settings").GetProperty("enabled").GetBoolean().ShouldBeTrue();
        (await rig.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where tenant_id = '{trader.Person.TenantId}' and action = 'risk.rule_changed'"))
            .ShouldBe(3);

        static (bool, decimal?) Settings(Support.Answer answer)
        {
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.ToString());
            var settings = answer.Json.GetProperty("settings");
            var amount = settings.GetProperty("without_stop");
            return (settings.GetProperty("enabled").GetBoolean(), amount.ValueKind == JsonValueKind.Null ? null : amount.GetDecimal());
        }
    }

    [Theory]
    [InlineData("""{"enabled":"perhaps"}""", "enabled")]
    [InlineData("""{"enabled":true,"without_stop":-1}""", "without_stop")]
    [InlineData("""{"enabled":true,"without_stop":"much"}""", "without_stop")]
    [InlineData("""{"other":1}""", "other")]
    [InlineData("[]", "body")]
    public async Task What_does_not_fit_is_named_by_its_field(string body, string field)
    {
        var trader = await rig.NewAsync();

        var answer = await PutAsync(trader, $"{Path}/{await CodeAsync(trader)}", JsonDocument.Parse(body).RootElement);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task A_rule_that_there_is_not_is_not_found()
    {
        var trader = await rig.NewAsync();

        (await PutAsync(trader, $"{Path}/risk.other", new { enabled = true })).Status.ShouldBe(HttpStatusCode.NotFound);
        // This one has none of its own.
        (await PutAsync(trader, $"{Path}/risk.daily_loss", new { enabled = true })).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Task<Support.Answer> PutAsync(Alerts.Trader trader, string path, object body) =>
        trader.Person.SendAsync(HttpMethod.Put, path, body, trader.Person.AccessToken);

    private static async Task<string> CodeAsync(Alerts.Trader trader) =>
        (await trader.Person.GetAsync(Path)).Json.EnumerateArray()
            .First(rule => rule.GetProperty("settings").TryGetProperty("without_stop", out _)).GetProperty("code").GetString()!;
}
