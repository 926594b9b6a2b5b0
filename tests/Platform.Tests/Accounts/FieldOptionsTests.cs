using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

public sealed class FieldOptionsTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    private const string Desks = "/api/brokers/acme/options/desk";

    [Fact]
    public async Task The_choices_come_from_the_broker_with_what_was_typed_and_never_a_secret()
    {
        var ada = await Person.SignUpAsync(api);

        var answer = await ada.GetAsync(Desks + "?mode=demo&server=ACME-1&password=hunter2&desk=fx&unheard_of=1");

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        answer.Json.EnumerateArray().Select(option => (option.GetProperty("value").GetString(), option.GetProperty("label").GetString()))
            .ShouldBe([("fx", "Currencies"), ("demo server=ACME-1", "demo server=ACME-1")]);
    }

    [Fact]
    public async Task The_same_question_is_asked_once_a_minute_and_another_one_at_once()
    {
        var ada = await Person.SignUpAsync(api);
        var server = Person.NewEmail();
        var before = api.Listed;

        for (var i = 0; i < 3; i++) await ada.GetAsync($"{Desks}?mode=demo&server={server}");
        (api.Listed - before).ShouldBe(1);
        await ada.GetAsync($"{Desks}?mode=live&server={server}");
        (api.Listed - before).ShouldBe(2);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_in_its_words_and_asked_again_the_next_time()
    {
        var ada = await Person.SignUpAsync(api);
        var before = api.Listed;

        for (var i = 0; i < 2; i++)
        {
            var answer = await ada.GetAsync(Desks + "?mode=demo&server=AWAY");
            answer.Status.ShouldBe(HttpStatusCode.GatewayTimeout);
            answer.Code.ShouldBe("broker.unreachable");
            answer.Text("detail").ShouldBe("The broker is down.");
        }
        (api.Listed - before).ShouldBe(2);
    }

    [Theory]
    [InlineData("/api/brokers/acme/options/server?mode=demo", HttpStatusCode.NotFound)]
    [InlineData("/api/brokers/nobody/options/desk?mode=demo", HttpStatusCode.NotFound)]
    [InlineData("/api/brokers/acmepro/options/desk?mode=demo", HttpStatusCode.OK)]
    [InlineData("/api/brokers/acme/options/desk?mode=paper", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/api/brokers/acme/options/desk", HttpStatusCode.BadRequest)]
    public async Task What_has_no_choices_says_so(string path, HttpStatusCode status) =>
        (await (await Person.SignUpAsync(api)).GetAsync(path)).Status.ShouldBe(status);

    [Fact]
    public async Task Nobody_asks_without_signing_in()
    {
        using var http = api.NewClient();
        (await http.GetAsync(Desks + "?mode=demo")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("none of the list", HttpStatusCode.Created)]
    [InlineData("7", HttpStatusCode.UnprocessableEntity)]
    [InlineData("far longer than it may be", HttpStatusCode.UnprocessableEntity)]
    public async Task What_is_sent_is_held_to_the_form_and_not_to_the_list(string desk, HttpStatusCode status)
    {
        var ada = await Person.SignUpAsync(api);

        var answer = await ada.PostAsync("/register/acme",
            new { email = Person.NewEmail(), password = "one account", server = "ACME-1", mode = "demo", desk });

        answer.Status.ShouldBe(status, answer.Json.ToString());
        if (status != HttpStatusCode.Created) answer.Fields.ShouldBe(["desk"]);
        var field = (await ada.GetAsync("/api/brokers")).Json.EnumerateArray().Single().GetProperty("credentials").GetProperty("properties")
            .GetProperty("desk");
        field.GetProperty("x-options-source").GetString().ShouldBe("desks");
        field.GetProperty("maxLength").GetInt32().ShouldBe(20);
    }
}
