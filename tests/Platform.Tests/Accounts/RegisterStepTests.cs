using System.Net;
using System.Text.Json;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

/// <summary>What a client sees of a broker that asks for a code.</summary>
public sealed class RegisterStepTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    private const string RightCode = ScriptedBroker.RightCode;
    private readonly string email = Person.NewEmail();

    [Fact]
    public async Task A_step_says_its_fields_as_json_schema_and_stores_nothing()
    {
        var ada = await Person.SignUpAsync(api);

        var answer = await ada.PostAsync("/register/acme", Form());

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("broker.step_required");
        answer.Text("detail").ShouldBe("Acme asks for one more step: Code from your app.");
        answer.Json.GetProperty("steps").EnumerateArray().Select(step => step.GetString()).ShouldBe(["Code from your app"]);
        var schema = answer.Json.GetProperty("step").GetProperty("schema");
        schema.GetProperty("x-notice").GetString().ShouldBe("Look at your phone.");
        schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["code"]);
        var code = schema.GetProperty("properties").GetProperty("code");
        code.GetProperty("x-autocomplete").GetString().ShouldBe("one-time-code");
        code.GetProperty("x-input-mode").GetString().ShouldBe("numeric");
        code.GetProperty("pattern").GetString().ShouldBe("^(?:[0-9]{6})$");
        answer.Json.ToString().ShouldNotContain(RightCode);
        (await ada.GetAsync("/api/user/brokers")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_right_answer_connects_and_what_the_connector_keeps_is_the_accounts()
    {
        var ada = await Person.SignUpAsync(api);
        var continuation = await AskedAsync(ada);

        var made = await ada.PostAsync("/register/acme", Form(continuation, new { code = RightCode }));

        made.Status.ShouldBe(HttpStatusCode.Created, made.Json.ToString());
        (await StateAsync(made.Text("id"))).ShouldBe("trusted");
        foreach (var table in new[] { "connectors.connector_state", "tenancy.audit_log", "accounts.accounts" })
            foreach (var secret in new[] { RightCode, "trusted" })
                (await api.ScalarAsync<long>($"select count(*) from {table} t where t::text like '%{secret}%'"))
                    .ShouldBe(0, $"{secret} in {table}");

        (await ada.DeleteAsync($"/api/accounts/{made.Text("id")}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await StateAsync(made.Text("id"))).ShouldBeNull("a deleted account forgets it");
    }

    [Fact]
    public async Task A_wrong_answer_is_named_by_its_field_and_can_be_given_again()
    {
        var ada = await Person.SignUpAsync(api);
        var continuation = await AskedAsync(ada);

        var wrong = await ada.PostAsync("/register/acme", Form(continuation, new { code = "000000" }));
        wrong.Code.ShouldBe("broker.credentials_rejected");
        wrong.Fields.ShouldBe(["answers.code"]);

        foreach (var again in new[] { continuation, ContinuationOf(wrong) })
        {
            (await ada.PostAsync("/register/acme", Form(again, new { code = "000000" }))).Code.ShouldBe("broker.credentials_rejected");
        }
        (await ada.PostAsync("/register/acme", Form(ContinuationOf(wrong), new { code = RightCode }))).Status
            .ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("""{}""", "answers.code")]
    [InlineData("""{"code":"12345"}""", "answers.code")]
    [InlineData("""{"code":["1"]}""", "answers.code")]
    [InlineData("""{"code":"123456","pin":"1"}""", "answers.pin")]
    [InlineData("""[]""", "answers")]
    [InlineData("null", "answers.code")]
    public async Task Every_fault_of_an_answer_is_named_by_its_field(string answers, string field)
    {
        var ada = await Person.SignUpAsync(api);

        var answer = await ada.PostAsync("/register/acme", Form(await AskedAsync(ada), JsonElement.Parse(answers)));

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("validation.failed");
        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task A_continuation_that_does_not_belong_here_is_named_with_the_mend()
    {
        var ada = await Person.SignUpAsync(api);
        var mallory = await Person.SignUpAsync(api);
        var continuation = await AskedAsync(ada);
        var steps = api.Service<LogInSteps>();
        var old = steps.Open(new TenantId(ada.TenantId), continuation)! with { ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) };

        await LapsedAsync(ada, Form("not a continuation"), "not made here for you");
        await LapsedAsync(ada, Form(continuation[..^8] + "AAAAAAA="), "not made here for you");
        await LapsedAsync(mallory, Form(continuation, new { code = RightCode }), "not made here for you");
        await LapsedAsync(ada, Form(continuation, new { code = RightCode }, password: "one account"), "form was changed");
        await LapsedAsync(ada, Form(continuation, new { code = RightCode }, mode: "sim"), "form was changed");
        await LapsedAsync(ada, Form(steps.Seal(new TenantId(ada.TenantId), old), new { code = RightCode }),
            "time to answer this step is over");
        (await ada.PostAsync("/register/acme", Form(null, new { code = RightCode }))).Fields
            .ShouldBe(["continuation"], "an answer belongs to a step");
    }

    [Fact]
    public async Task A_choice_of_accounts_after_a_step_goes_on_without_the_spent_code()
    {
        var ada = await Person.SignUpAsync(api);
        var asked = await ada.PostAsync("/register/acme", Form(password: "step both"));

        var choice = await ada.PostAsync("/register/acme", Form(ContinuationOf(asked), new { code = RightCode }, password: "step both"));
        choice.Code.ShouldBe("broker.account_required");

        var made = await ada.PostAsync("/register/acme", Form(choice.Text("continuation"), password: "step both", account: "B-" + email));
        made.Status.ShouldBe(HttpStatusCode.Created, made.Json.ToString());
        made.Text("currency").ShouldBe("EUR");
        (await StateAsync(made.Text("id"))).ShouldBe("trusted");
    }

    [Fact]
    public async Task An_account_that_is_connected_again_goes_through_the_same_step()
    {
        var ada = await Person.SignUpAsync(api);
        var id = (await ScriptedBroker.ConnectAsync(ada, email)).Text("id");
        var path = $"/api/accounts/{id}/reconnect";

        var asked = await ada.PostAsync(path, Form());
        asked.Code.ShouldBe("broker.step_required");
        (await ada.PostAsync(path, Form(ContinuationOf(asked), new { code = "000000" }))).Fields.ShouldBe(["answers.code"]);
        var done = await ada.PostAsync(path, Form(ContinuationOf(asked), new { code = RightCode }));

        done.Status.ShouldBe(HttpStatusCode.OK, done.Json.ToString());
        (await StateAsync(id)).ShouldBe("trusted");
    }

    private Dictionary<string, object?> Form(
        string? continuation = null, object? answers = null, string password = "step", string mode = "demo",
        string? account = null) => new()
        {
            ["email"] = email, ["password"] = password, ["server"] = "ACME-1", ["mode"] = mode, ["continuation"] = continuation,
            ["answers"] = answers, ["broker_account"] = account,
        };

    private async Task<string> AskedAsync(Person person) => ContinuationOf(await person.PostAsync("/register/acme", Form()));

    // every step has one
    private static string ContinuationOf(Answer answer) => answer.Json.GetProperty("step").GetProperty("continuation").GetString()!;

    private static async Task LapsedAsync(Person person, object form, string why)
    {
        var answer = await person.PostAsync("/register/acme", form);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("validation.failed");
        answer.Fields.ShouldBe(["continuation"]);
        answer.Text("detail").ShouldContain(why);
        answer.Text("detail").ShouldEndWith("Send the form without continuation and answers to begin again.");
    }

    private async Task<string?> StateAsync(string account)
    {
        await using var command = api.Platform.Database.System.CreateCommand(
            "select tenant_id, sealed from connectors.connector_state where account_id = $1 and key = 'device'");
        command.Parameters.AddWithValue(Guid.Parse(account));
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return null;
        var tenant = new TenantId(reader.GetGuid(0));
        return api.Service<SecretBox>()
            .OpenText(tenant, reader.GetFieldValue<byte[]>(1), StoredState.OwnerOf(tenant, new AccountId(Guid.Parse(account)), "device"));
    }
}
