using System.Net;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Tests.Accounts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Access;

/// <summary>
/// Where it depends on the request whether a proof must be fresh. Which routes always ask for one is in <see cref="RouteTable"/>.
/// </summary>
[Trait("Control", "A6")]
public sealed class FreshProofTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    private static readonly (HttpStatusCode, string?) MustConfirm = (HttpStatusCode.Forbidden, "auth.confirm_required");
    private static readonly (HttpStatusCode, string?) ForPeople = (HttpStatusCode.Forbidden, "auth.forbidden");

    [Fact]
    public async Task A_live_account_is_connected_after_a_fresh_proof_and_before_it_the_broker_is_not_asked()
    {
        var (ada, token) = await AgedAsync();
        await api.VerifyAsync(ada);
        // A trial has one account of a broker.
        await api.ExecuteAsync($"update billing.billing_status set plan = 'pro', status = 'active' where tenant_id = '{ada.TenantId}'");
        var email = Person.NewEmail();
        object Form(string mode) => mode == "live"
            ? new { email, password = "one account", server = "ACME-1", mode, leverage = 2 }
            : new { email, password = "one account", server = "ACME-1", mode };

        Told(await ada.PostAsync("/register/acme", Form("live"))).ShouldBe(MustConfirm);
        Told(await token.PostAsync("/register/acme", Form("live"))).ShouldBe(ForPeople);
        api.LogInsOf(email).ShouldBe(0);
        (await ada.PostAsync("/register/acme", Form("demo"))).Status.ShouldBe(HttpStatusCode.Created);
        await ConfirmAsync(ada);
        var live = await ada.PostAsync("/register/acme", Form("live"));
        live.Status.ShouldBe(HttpStatusCode.Created);

        await AgeAsync(ada);
        Told(await ada.PostAsync($"/api/accounts/{live.Text("id")}/reconnect", Form("live"))).ShouldBe(MustConfirm);
        await ConfirmAsync(ada);
        (await ada.PostAsync($"/api/accounts/{live.Text("id")}/reconnect", Form("live"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "A7")]
    public async Task A_limit_is_lowered_at_once_and_raised_or_taken_away_after_a_fresh_proof()
    {
        var (ada, token) = await AgedAsync();

        (await PutAsync(ada, "/api/user/risk_config", new { max_daily_loss = 500 })).Status.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(token, "/api/user/risk_config", new { max_daily_loss = 400 })).Status.ShouldBe(HttpStatusCode.OK);
        Told(await PutAsync(ada, "/api/user/risk_config", new { max_daily_loss = 401 })).ShouldBe(MustConfirm);
        Told(await PutAsync(ada, "/api/user/risk_config", new { max_daily_loss = (int?)null })).ShouldBe(MustConfirm);
        Told(await PutAsync(ada, "/api/user/risk_config", new { enabled = false })).ShouldBe(MustConfirm);
        Told(await PutAsync(token, "/api/user/risk_config", new { enabled = false })).ShouldBe(ForPeople);
        (await ada.GetAsync("/api/user/risk_config")).Json.GetProperty("max_daily_loss").GetDecimal().ShouldBe(400);

        (await PutAsync(ada, "/api/user/risk_rules/risk.worst_case", new { enabled = true, without_stop = 50 })).Status
            .ShouldBe(HttpStatusCode.OK);
        (await PutAsync(ada, "/api/user/risk_rules/risk.worst_case", new { without_stop = 60 })).Status.ShouldBe(HttpStatusCode.OK);
        Told(await PutAsync(ada, "/api/user/risk_rules/risk.worst_case", new { without_stop = 59 })).ShouldBe(MustConfirm);
        Told(await PutAsync(ada, "/api/user/risk_rules/risk.worst_case", new { enabled = false })).ShouldBe(MustConfirm);
        Told(await PutAsync(token, "/api/user/risk_rules/risk.worst_case", new { enabled = false })).ShouldBe(ForPeople);

        await ConfirmAsync(ada);
        (await PutAsync(ada, "/api/user/risk_config", new { max_daily_loss = 401 })).Status.ShouldBe(HttpStatusCode.OK);
        (await PutAsync(ada, "/api/user/risk_rules/risk.worst_case", new { enabled = false })).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_account_leaves_an_emergency_stop_after_a_fresh_proof_whichever_route_is_taken()
    {
        var ada = await Person.SignUpAsync(api);
        var id = (await ScriptedBroker.ConnectAsync(ada)).Text("id");
        await AgeAsync(ada);
        Task<Answer> EnableAsync() => ada.PatchAsync($"/api/accounts/{id}", new { enabled = true });

        await ada.PatchAsync($"/api/accounts/{id}", new { enabled = false });
        (await EnableAsync()).Status.ShouldBe(HttpStatusCode.OK);
        await api.ExecuteAsync(
            $"update accounts.accounts set enabled = false, disabled_reason = '{AccountStops.Reason}' where id = '{id}'");
        Told(await EnableAsync()).ShouldBe(MustConfirm);
        Told(await ada.PostAsync("/api/user/emergency_stop/resume")).ShouldBe(MustConfirm);
        (await ada.PatchAsync($"/api/accounts/{id}", new { name = "Mine" })).Json.GetProperty("enabled").GetBoolean().ShouldBeFalse();

        await ConfirmAsync(ada);
        (await EnableAsync()).Json.GetProperty("enabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    [Trait("Control", "A7")]
    public void What_lets_more_through_than_before_is_known_as_such()
    {
        var before = new RiskConfig
        {
            MaxDailyLoss = 500, MaxTradesPerDay = 10, MaxOpenTrades = 5, DeniedInstruments = ["BTCUSD", "XAUUSD"],
            TradingHoursEnabled = true, TradingHoursTimezone = "Europe/Berlin", TradingHoursDays = [DayOfWeek.Monday, DayOfWeek.Tuesday],
            NewsLockoutEnabled = true,
        };
        RiskConfig[] looser =
        [
            before with { Enabled = false }, before with { MaxDailyLoss = null }, before with { MaxDailyLoss = 500.01m },
            before with { MaxTradesPerDay = 11 }, before with { MaxOpenTrades = null }, before with { DeniedInstruments = ["BTCUSD"] },
            before with { TradingHoursEnabled = false }, before with { TradingHoursStart = new(9, 29) },
            before with { TradingHoursEnd = new(16, 1) }, before with { TradingHoursEnd = new(9, 0) },
            before with { TradingHoursEnd = new(9, 30) }, before with { TradingHoursDays = null },
            before with { TradingHoursDays = [DayOfWeek.Monday, DayOfWeek.Sunday] }, before with { TradingHoursTimezone = "UTC" },
            before with { DayResetTime = new(17, 0) }, before with { NewsLockoutEnabled = false },
        ];
        RiskConfig[] tighter =
        [
            before, before with { RiskMode = "careful" }, before with { MaxDailyLoss = 0 }, before with { MaxTradesPerDay = 9 },
            before with { MaxOpenTrades = 4 }, before with { DeniedInstruments = ["XAUUSD", "btcusd", "EURUSD"] },
            before with { TradingHoursStart = new(10, 0), TradingHoursEnd = new(15, 0) },
            before with { TradingHoursDays = [DayOfWeek.Monday] },
        ];

        looser.Where(after => !after.IsLooserThan(before)).ShouldBeEmpty();
        tighter.Where(after => after.IsLooserThan(before)).ShouldBeEmpty();
        looser.Where(after => after.Enabled && after.IsLooserThan(before with { Enabled = false }))
            .ShouldBeEmpty("where nothing holds, nothing gets looser");
    }

    private async Task<(Person Aged, Person Token)> AgedAsync()
    {
        var ada = await Person.SignUpAsync(api);
        var token = ada.With((await ada.PostAsync("/api/user/tokens", new { name = "t", scopes = new[] { "trade" } })).Text("token"));
        await AgeAsync(ada);
        return (ada, token);
    }

    private Task AgeAsync(Person person) =>
        api.ExecuteAsync($"update tenancy.sessions set proven_at = now() - interval '6 minutes' where user_id = '{person.UserId}'");

    private static async Task ConfirmAsync(Person person) =>
        (await person.PostAsync("/auth/confirm", new { password = Person.Password })).Status.ShouldBe(HttpStatusCode.OK);

    private static Task<Answer> PutAsync(Person person, string path, object body) =>
        person.SendAsync(HttpMethod.Put, path, body, person.AccessToken);

    private static (HttpStatusCode, string?) Told(Answer answer) => (answer.Status, answer.Code);
}
