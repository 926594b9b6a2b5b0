using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

/// <summary>Nobody guesses a password of a broker through us.</summary>
public sealed class LogInGuardTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    [Fact]
    [Trait("Control", "R1")]
    public async Task Of_forty_passwords_for_one_login_five_reach_the_broker_in_a_minute()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => ada.PostAsync("/register/acme", Guess(email, number))));

        answers.Count(answer => answer.Code == "broker.credentials_rejected").ShouldBe(5);
        var held = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        held.Count.ShouldBe(35);
        held.ShouldAllBe(answer => answer.Code == "rate.limited");
        var wait = held[0].Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        wait.ShouldBeInRange(1, 60);
        held[0].Text("detail").ShouldContain($"try again in {wait} seconds");
        api.LogInsOf(email).ShouldBe(5);
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task Neither_other_tenants_nor_another_way_to_write_the_login_nor_another_route_make_it_more()
    {
        var email = Person.NewEmail();
        var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Person.SignUpAsync(api)));

        foreach (var person in people)
        {
            await api.VerifyAsync(person);
            for (var number = 0; number < 5; number++)
            {
                var isEven = number % 2 == 0;
                await person.PostAsync(isEven ? "/register/acme" : "/register/acmepro",
                    Guess(isEven ? email : email.ToUpperInvariant(), number, isEven ? "live" : "demo"));
            }
        }
        foreach (var person in people) await person.GetAsync($"/api/brokers/acme/options/desk?mode=demo&server=ACME-1&email={email}");

        api.LogInsOf(email).ShouldBe(5);
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task A_tenant_has_five_failed_ones_a_minute_whatever_the_login()
    {
        var ada = await Person.SignUpAsync(api);

        for (var number = 0; number < 5; number++)
            (await ada.PostAsync("/register/acme", Guess(Person.NewEmail(), number))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await ada.PostAsync("/register/acme", Guess(Person.NewEmail(), 5))).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await ada.GetAsync($"/api/brokers/acme/options/desk?mode=demo&email={Person.NewEmail()}")).Code.ShouldBe("rate.limited");
        (await ada.GetAsync($"/api/brokers/acme/options/desk?mode=demo&server={Person.NewEmail()}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Log_ins_that_succeed_are_not_counted()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();

        for (var number = 0; number < 8; number++)
            (await ada.PostAsync("/register/acme", ScriptedBroker.Form(email, "both"))).Code.ShouldBe("broker.account_required");

        await ScriptedBroker.ConnectAsync(ada, email);
    }

    [Fact]
    public async Task Strangers_who_guess_do_not_hold_back_whoever_has_the_login()
    {
        var email = Person.NewEmail();
        var ada = await Person.SignUpAsync(api);
        var account = (await ScriptedBroker.ConnectAsync(ada, email)).Text("id");
        var strangers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Person.SignUpAsync(api)));
        foreach (var stranger in strangers)
            for (var number = 0; number < 5; number++) await stranger.PostAsync("/register/acme", Guess(email, number));

        var reconnect = $"/api/accounts/{account}/reconnect";
        (await ada.PostAsync(reconnect, ScriptedBroker.Form(email, "wrong"))).Code.ShouldBe("broker.credentials_rejected");
        (await ada.PostAsync(reconnect, ScriptedBroker.Form(email))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_stranger_who_goes_on_guessing_keeps_another_one_out_for_a_minute_at_most()
    {
        var email = Person.NewEmail();
        var (eve, ada) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        for (var number = 0; number < 5; number++) await eve.PostAsync("/register/acme", Guess(email, number));
        (await ada.PostAsync("/register/acme", ScriptedBroker.Form(email))).Status.ShouldBe(HttpStatusCode.TooManyRequests);

        await api.ExecuteAsync("update connectors.log_in_attempts set at = at - interval '61 seconds'");
        var again = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => eve.PostAsync("/register/acme", Guess(email, number))));

        again.Count(answer => answer.Code == "broker.credentials_rejected").ShouldBe(4);
        (await ada.PostAsync("/register/acme", ScriptedBroker.Form(email))).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    [Trait("Control", "D2")]
    public async Task A_refused_one_is_in_the_audit_log_without_its_password()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();

        await ada.PostAsync("/register/acme", Guess(email, 77));

        var row = await api.ScalarAsync<string>($"""
            select t::text from tenancy.audit_log t where action = 'account.log_in_refused' and tenant_id = '{ada.TenantId}'
            """);
        row.ShouldNotBeNull().ShouldContain(email);
        row.ShouldContain("ACME-1");
        row.ShouldContain(ada.UserId.ToString());
        row.ShouldNotContain("guess-77");
    }

    private static object Guess(string email, int number, string mode = "demo") => mode == "live"
        ? new { email, password = $"guess-{number}", server = "ACME-1", mode, leverage = 1 }
        : new { email, password = $"guess-{number}", server = "ACME-1", mode };
}
