using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.CoolDown;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

public sealed class CoolDownTests(RiskRig rig) : IClassFixture<RiskRig>
{
    private const string Path = "/api/user/risk_config";

    // Three in the afternoon in New York.
    private static readonly DateTimeOffset Afternoon = new(2026, 11, 17, 20, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NextDay = new(2026, 11, 18, 5, 0, 0, TimeSpan.Zero);

    private static readonly RiskConfig On = new()
    {
        CooldownEnabled = true, MaxDailyLoss = 500, MaxTradesPerDay = 10, DeniedInstruments = ["BTCUSD", "XAUUSD"],
        TradingHoursTimezone = "America/New_York",
    };

    [Fact]
    [Trait("Control", "A7")]
    public void What_lets_more_through_waits_for_the_next_day_of_the_zone_and_what_is_tighter_does_not()
    {
        var parts = ChangeParts.Of(On, On with { MaxDailyLoss = 1000, MaxTradesPerDay = 5, NewsLockoutEnabled = true }, Afternoon);

        (parts.Now.MaxDailyLoss, parts.Now.MaxTradesPerDay, parts.Now.NewsLockoutEnabled).ShouldBe((500, 5, true));
        parts.Settled.ShouldBe(["max_trades_per_day", "news_lockout_enabled"]);
        var waits = parts.Waiting.ShouldHaveSingleItem();
        (waits.Limit, waits.Change.GetRawText(), waits.EffectiveAt).ShouldBe(("max_daily_loss", """{"max_daily_loss":1000}""", NextDay));
    }

    [Fact]
    [Trait("Control", "A7")]
    public void Whatever_may_let_more_through_waits_and_the_way_around_by_the_clock_too()
    {
        RiskConfig[] looser =
        [
            On with { CooldownEnabled = false }, On with { Enabled = false }, On with { MaxDailyLoss = null },
            On with { MaxTradesPerDay = null }, On with { DayResetTime = new(15, 1) }, On with { TradingHoursTimezone = "Asia/Tokyo" },
        ];
        foreach (var wanted in looser)
        {
            var parts = ChangeParts.Of(On, wanted, Afternoon);
            parts.Waiting.ShouldHaveSingleItem().EffectiveAt.ShouldBe(NextDay);
            RiskJson.Changes(RiskConfigView.Of(On), RiskConfigView.Of(parts.Now)).ShouldBe("{}");
        }
        // Without a daily limit as well: the day's end is when the others take effect.
        var noDay = On with { MaxDailyLoss = null, MaxTradesPerDay = null, MaxOpenTrades = 2 };
        ChangeParts.Of(noDay, noDay with { DayResetTime = new(15, 1) }, Afternoon).Waiting.ShouldHaveSingleItem();
        ChangeParts.Of(On with { Enabled = false }, On with { Enabled = false, CooldownEnabled = false }, Afternoon).Waiting
            .ShouldHaveSingleItem();
    }

    [Fact]
    public void A_symbol_is_denied_at_once_beside_one_that_is_allowed_again_tomorrow()
    {
        var parts = ChangeParts.Of(On, On with { DeniedInstruments = ["xauusd", "EURUSD"] }, Afternoon);

        parts.Now.DeniedInstruments.ShouldBe(["BTCUSD", "XAUUSD", "EURUSD"]);
        WaitingChange.Apply(parts.Now, parts.Waiting.ShouldHaveSingleItem().Change, NextDay).DeniedInstruments.Count.ShouldBe(2);
    }

    [Fact]
    public void Off_nothing_waits_and_every_member_of_the_settings_is_of_one_limit()
    {
        ChangeParts.Of(On with { CooldownEnabled = false }, new RiskConfig(), Afternoon).Waiting.ShouldBeEmpty();
        LimitGroup.All.SelectMany(group => group.Members).Order()
            .ShouldBe(RiskJson.Members(RiskConfigView.Of(On)).Keys.Except(["pending"]).Order());
    }

    [Fact]
    [Trait("Control", "A7")]
    public async Task A_raised_limit_holds_from_the_end_of_the_day_on_every_replica_and_is_told_of_before()
    {
        var clock = new ShiftedClock();
        using var replica = Replica(clock);
        var (trader, http) = await TraderAsync(replica);
        await rig.PositionAsync(trader, "P1");
        await PutAsync(trader, new { cooldown_enabled = true, max_open_trades = 1, day_reset_time = InAWhile() });
        (await EntryAsync(trader, http)).ShouldBe("risk.open_positions");

        var answer = await PutAsync(trader, new { max_open_trades = 3 });

        answer.GetProperty("max_open_trades").GetInt32().ShouldBe(1);
        var waits = answer.GetProperty("pending").EnumerateArray().ShouldHaveSingleItem();
        (waits.GetProperty("limit").GetString(), waits.GetProperty("change").GetRawText())
            .ShouldBe(("max_open_trades", """{"max_open_trades":3}"""));
        var dayEnd = (await trader.Person.GetAsync("/api/user/risk_today")).Json.GetProperty("day_end").GetDateTimeOffset();
        waits.GetProperty("effective_at").GetDateTimeOffset().ShouldBe(dayEnd);
        (await EntryAsync(trader, http)).ShouldBe("risk.open_positions");
        using (var restarted = Replica(clock))
        using (var there = ApiFixture.NewClient(restarted)) (await EntryAsync(trader, there)).ShouldBe("risk.open_positions");
        (await ActionsAsync(trader)).ShouldBe("risk.changed,risk.change_waits");

        clock.MoveTo(dayEnd.AddSeconds(1));

        (await EntryAsync(trader, http)).ShouldBeNull();
        var after = (await trader.Person.GetAsync(Path)).Json;
        (after.GetProperty("max_open_trades").GetInt32(), after.GetProperty("pending").GetArrayLength()).ShouldBe((3, 0));
        (await PutAsync(trader, new { max_trades_per_day = 7 })).GetProperty("max_open_trades").GetInt32().ShouldBe(3);
        (await rig.ScalarAsync<int>($"select max_open_trades from risk.risk_config where tenant_id = '{trader.Person.TenantId}'"))
            .ShouldBe(3);
    }

    [Fact]
    [Trait("Control", "A7")]
    public async Task A_lower_limit_takes_the_place_of_what_waits_and_what_was_withdrawn_never_comes()
    {
        var clock = new ShiftedClock();
        using var replica = Replica(clock);
        var (trader, _) = await TraderAsync(replica);
        await PutAsync(trader, new
        {
            cooldown_enabled = true, max_daily_loss = 500, max_open_trades = 1, max_trades_per_day = 2, day_reset_time = InAWhile()
        });
        await PutAsync(trader, new { max_daily_loss = 1000, max_open_trades = 3, max_trades_per_day = 4 });

        Waiting(await PutAsync(trader, new { max_daily_loss = 400, risk_mode = "calm" })).ShouldBe("max_open_trades,max_trades_per_day");
        var withdrawn = await trader.Person.DeleteAsync($"{Path}/pending/max_open_trades");
        (withdrawn.Status, Waiting(withdrawn.Json)).ShouldBe((HttpStatusCode.OK, "max_trades_per_day"));
        (await trader.Person.DeleteAsync($"{Path}/pending/max_open_trades")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ActionsAsync(trader)).ShouldEndWith("risk.change_withdrawn");

        clock.Move(TimeSpan.FromMinutes(6));
        var after = (await trader.Person.GetAsync(Path)).Json;
        (after.GetProperty("max_daily_loss").GetDecimal(), after.GetProperty("max_open_trades").GetInt32(),
            after.GetProperty("max_trades_per_day").GetInt32()).ShouldBe((400, 1, 4));
        (await trader.Person.DeleteAsync($"{Path}/pending/max_trades_per_day")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    [Trait("Control", "A7")]
    public async Task Switching_the_cool_down_off_waits_as_well_and_so_does_a_rule_of_its_own()
    {
        var clock = new ShiftedClock();
        using var replica = Replica(clock);
        var (trader, _) = await TraderAsync(replica);
        Task<JsonElement> RuleAsync(object settings) => PutRuleAsync(trader, settings);
        await PutAsync(trader, new { cooldown_enabled = true, max_daily_loss = 500, day_reset_time = InAWhile() });
        await RuleAsync(new { enabled = true, without_stop = 50 });

        (await PutAsync(trader, new { cooldown_enabled = false })).GetProperty("cooldown_enabled").GetBoolean().ShouldBeTrue();
        (await PutAsync(trader, new { max_daily_loss = (int?)null })).GetProperty("max_daily_loss").GetDecimal().ShouldBe(500);
        (await RuleAsync(new { enabled = false })).GetProperty("enabled").GetBoolean().ShouldBeTrue();
        var waiting = (await trader.Person.GetAsync(Path)).Json;
        Waiting(waiting).ShouldBe("cooldown_enabled,max_daily_loss,risk.worst_case");
        waiting.GetProperty("pending")[2].GetProperty("change").GetProperty("without_stop").GetDecimal().ShouldBe(50);

        clock.Move(TimeSpan.FromMinutes(6));

        var after = (await trader.Person.GetAsync(Path)).Json;
        (after.GetProperty("cooldown_enabled").GetBoolean(), after.GetProperty("max_daily_loss").ValueKind, Waiting(after))
            .ShouldBe((false, JsonValueKind.Null, ""));
        (await trader.Person.GetAsync("/api/user/risk_rules")).Json[0].GetProperty("settings").GetProperty("enabled").GetBoolean()
            .ShouldBeFalse();
        await PutAsync(trader, new { max_trades_per_day = 1 });
        (await PutAsync(trader, new { max_trades_per_day = 2 })).GetProperty("max_trades_per_day").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_rule_that_has_waited_and_holds_goes_on_while_the_next_change_of_it_waits()
    {
        var clock = new ShiftedClock();
        using var replica = Replica(clock);
        var (trader, _) = await TraderAsync(replica);
        await PutAsync(trader, new { cooldown_enabled = true, max_daily_loss = 500, day_reset_time = InAWhile() });
        await PutRuleAsync(trader, new { enabled = true, without_stop = 60 });
        (await PutRuleAsync(trader, new { without_stop = 50 })).GetProperty("without_stop").GetDecimal().ShouldBe(60);
        clock.Move(TimeSpan.FromMinutes(6));

        (await PutRuleAsync(trader, new { without_stop = 40 })).GetProperty("without_stop").GetDecimal().ShouldBe(50);
        Waiting((await trader.Person.GetAsync(Path)).Json).ShouldBe("risk.worst_case");
    }

    [Fact]
    [Trait("Control", "A7")]
    public async Task What_would_wait_asks_for_a_fresh_proof_and_taking_it_back_does_not()
    {
        var person = await Person.SignUpAsync(rig);
        Task<Answer> Put(object body) => person.SendAsync(HttpMethod.Put, Path, body, person.AccessToken);
        await Put(new { cooldown_enabled = true, max_daily_loss = 500 });
        await Put(new { max_daily_loss = 600 });
        await rig.ExecuteAsync($"update tenancy.sessions set proven_at = now() - interval '6 minutes' where user_id = '{person.UserId}'");

        (await Put(new { max_daily_loss = 700 })).Code.ShouldBe("auth.confirm_required");
        (await Put(new { cooldown_enabled = false })).Code.ShouldBe("auth.confirm_required");
        (await person.DeleteAsync($"{Path}/pending/max_daily_loss")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private WebApplicationFactory<Program> Replica(TimeProvider clock) =>
        rig.NewFactory(new() { ["RateLimits:Webhook:PerSecond"] = "100000", ["RateLimits:Webhook:Burst"] = "100000" })
            .WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton(clock)));

    private async Task<(Trader Trader, HttpClient Http)> TraderAsync(WebApplicationFactory<Program> replica)
    {
        var http = ApiFixture.NewClient(replica);
        return (await rig.NewTraderAsync(RiskRig.TakenAtOnce, await Person.SignUpAsync(rig, http)), http);
    }

    /// <summary>A day that ends while the token of the test lives, which is ten minutes, and not before what the test does first.</summary>
    private static string InAWhile() => DateTimeOffset.UtcNow.AddMinutes(5).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <returns>The code of the refusal; <c>null</c> when it was taken.</returns>
    private static async Task<string?> EntryAsync(Trader trader, HttpClient http)
    {
        var answer = await trader.SendAsync($"/webhook/paper/{trader.Key}", RiskRig.Entry(), http: http);
        return answer.Status == HttpStatusCode.OK ? null : answer.Code;
    }

    private static async Task<JsonElement> PutAsync(Trader trader, object body)
    {
        var answer = await trader.Person.SendAsync(HttpMethod.Put, Path, body, trader.Person.AccessToken);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer.Json;
    }

    private static async Task<JsonElement> PutRuleAsync(Trader trader, object settings)
    {
        var answer = await trader.Person.SendAsync(HttpMethod.Put, "/api/user/risk_rules/risk.worst_case", settings,
            trader.Person.AccessToken);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer.Json.GetProperty("settings");
    }

    private static string Waiting(JsonElement config) =>
        string.Join(',', config.GetProperty("pending").EnumerateArray().Select(change => change.GetProperty("limit").GetString())
            .Order(StringComparer.Ordinal));

    private async Task<string> ActionsAsync(Trader trader) => await rig.ScalarAsync<string>(
        $"select string_agg(action, ',' order by seq) from tenancy.audit_log where tenant_id = '{trader.Person.TenantId}' and action like 'risk.%'")
        ?? "";
}
