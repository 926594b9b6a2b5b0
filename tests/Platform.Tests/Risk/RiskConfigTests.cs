using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

public sealed class RiskConfigTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Path = "/api/user/risk_config";

    [Fact]
    public async Task Somebody_new_has_no_limits_and_they_are_switched_on()
    {
        var person = await Person.SignUpAsync(api);

        (await person.GetAsync(Path)).Json.GetRawText().ShouldBe("""
            {"enabled":true,"risk_mode":"standard","max_daily_loss":null,"max_trades_per_day":null,"max_open_trades":null,"denied_instruments":[],"trading_hours_enabled":false,"trading_hours_start":"09:30","trading_hours_end":"16:00","trading_hours_timezone":"UTC","trading_hours_days":null,"day_reset_time":"00:00","news_lockout_enabled":false,"cooldown_enabled":false,"pending":[]}
            """.Trim());
    }

    [Fact]
    public async Task What_is_put_is_read_back_and_what_is_left_out_stays()
    {
        var person = await Person.SignUpAsync(api);
        await PutAsync(person, new { max_daily_loss = 500.25m, max_trades_per_day = 10, denied_instruments = new[]
        {
            "BTCUSD"
        }, trading_hours_timezone = "America/New_York", day_reset_time = "17:00" });

        var answer = await PutAsync(person, new { max_trades_per_day = (int?)null, max_open_trades = 5 });

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Json.GetRawText().ShouldBe((await person.GetAsync(Path)).Json.GetRawText());
        answer.Json.GetProperty("max_daily_loss").GetRawText().ShouldBe("500.25");
        answer.Json.GetProperty("max_trades_per_day").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (answer.Json.GetProperty("max_open_trades").GetInt32(), answer.Text("trading_hours_timezone"), answer.Text("day_reset_time"),
            answer.Json.GetProperty("denied_instruments")[0].GetString()).ShouldBe((5, "America/New_York", "17:00", "BTCUSD"));
    }

    [Theory]
    [InlineData("max_daily_loss", "-1")]
    [InlineData("max_daily_loss", "\"500\"")]
    [InlineData("max_trades_per_day", "-1")]
    [InlineData("max_trades_per_day", "1.5")]
    [InlineData("max_open_trades", "1e30")]
    [InlineData("trading_hours_timezone", "\"Mars/Olympus\"")]
    [InlineData("trading_hours_timezone", "\"Eastern Standard Time\"")]
    [InlineData("trading_hours_timezone", "null")]
    [InlineData("trading_hours_start", "\"9:30\"")]
    [InlineData("trading_hours_end", "\"24:00\"")]
    [InlineData("day_reset_time", "\"midnight\"")]
    [InlineData("denied_instruments", "[\"\"]")]
    [InlineData("denied_instruments", "\"BTCUSD\"")]
    [InlineData("enabled", "\"yes\"")]
    [InlineData("trading_hours_days", "[\"monday\"]")]
    public async Task A_field_that_is_wrong_is_named_and_nothing_is_changed(string field, string value)
    {
        var person = await Person.SignUpAsync(api);

        var answer = await person.SendAsync(HttpMethod.Put, Path, $$"""{"max_open_trades_":3,"{{field}}":{{value}}}""", person.AccessToken);

        ((int)answer.Status, answer.Code).ShouldBe((422, "validation.failed"));
        answer.Fields.ShouldBe([field]);
        (await api.ScalarAsync<long>($"select count(*) from risk.risk_config where tenant_id = '{person.TenantId}'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_viewer_reads_and_changes_nothing()
    {
        var owner = await Person.SignUpAsync(api);
        var viewer = await owner.InviteAsync(api, "viewer");

        (await viewer.GetAsync(Path)).Status.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(viewer, new { enabled = false })).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Today_tells_the_trading_day_and_what_is_used()
    {
        var person = await Person.SignUpAsync(api);

        var today = (await person.GetAsync("/api/user/risk_today")).Json;

        (today.GetProperty("trades").GetInt32(), today.GetProperty("open_positions").GetInt32(), today.GetProperty("pnl").GetArrayLength(),
            today.GetProperty("timezone").GetString()).ShouldBe((0, 0, 0, "UTC"));
        today.GetProperty("day_start").GetDateTimeOffset().ShouldBe(new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero));
    }

    private static Task<Answer> PutAsync(Person person, object body) => person.SendAsync(HttpMethod.Put, Path, body, person.AccessToken);
}
