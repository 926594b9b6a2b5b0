using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

public sealed partial class RegisterTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    [Fact]
    public async Task The_catalogue_carries_the_form_as_json_schema()
    {
        var broker = (await (await Person.SignUpAsync(api)).GetAsync("/api/brokers")).Json.EnumerateArray().Single();

        broker.GetProperty("broker").GetString().ShouldBe("acme");
        broker.GetProperty("status").GetString().ShouldBe("active");
        broker.GetProperty("modes").EnumerateArray().Select(mode => mode.GetString()).ShouldBe(["demo", "live", "sim"]);
        broker.GetProperty("capabilities").GetProperty("order_types")[0].GetString().ShouldBe("market");
        var schema = broker.GetProperty("credentials");
        schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["email", "password", "server", "mode"]);
        var password = schema.GetProperty("properties").GetProperty("password");
        password.GetProperty("writeOnly").GetBoolean().ShouldBeTrue();
        password.GetProperty("format").GetString().ShouldBe("password");
        schema.GetProperty("properties").GetProperty("mode").GetProperty("enum").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task A_connected_account_has_the_shape_of_the_contract_and_a_masked_key_in_the_list()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();

        var made = await ScriptedBroker.ConnectAsync(ada, email);

        new[]
        {
            made.Text("broker"), made.Text("email"), made.Text("server"), made.Text("mode"), made.Text("status"), made.Text("currency")
        }
            .ShouldBe(["acme", email, "ACME-1", "demo", "active", "USD"]);
        made.Json.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        made.Json.GetProperty("balance").GetRawText().ShouldBe("1000.5");
        var key = made.Text("api_key");
        key.ShouldMatch($"^acme_{made.Text("id").Replace("-", "", StringComparison.Ordinal)[..8]}_[0-9A-Za-z]{{22,}}$");
        var listed = (await ada.GetAsync("/api/user/brokers")).Json.EnumerateArray().Single();
        listed.GetProperty("api_key").GetString().ShouldBe($"{key[..6]}****{key[^6..]}");
        listed.GetProperty("balance").GetRawText().ShouldBe("1000.5");
    }

    [Fact]
    public async Task An_alias_and_the_gateway_prefix_lead_to_the_same_broker()
    {
        var answer = await (await Person.SignUpAsync(api))
            .PostAsync("/api/unify/v1/register/acmepro", ScriptedBroker.Form(Person.NewEmail()));

        answer.Status.ShouldBe(HttpStatusCode.Created);
        answer.Text("broker").ShouldBe("acme");
        answer.Text("api_key").ShouldStartWith("acme_");
    }

    [Fact]
    public async Task A_live_account_waits_for_a_confirmed_address_and_others_do_not()
    {
        var ada = await Person.SignUpAsync(api);
        object Form(string mode) => mode == "live"
            ? new { email = ada.Email, password = "one account", server = "ACME-1", mode, leverage = 30 }
            : new { email = ada.Email, password = "one account", server = "ACME-1", mode };

        var refused = await ada.PostAsync("/register/acme", Form("live"));

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Forbidden, "auth.verify_email"));
        api.LogInsOf(ada.Email).ShouldBe(0, "the broker was not asked");
        (await ada.PostAsync("/register/acme", Form("demo"))).Status.ShouldBe(HttpStatusCode.Created);
        var bob = await Person.SignUpAsync(api);
        await api.VerifyAsync(bob);
        (await bob.PostAsync("/register/acme", Form("live"))).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("demo", true, "select 1", "trial.used")]
    [InlineData("demo",
        true,
        "insert into billing.subscriptions (id, tenant_id, started_at) values ('sub_' || '{tenant}', '{tenant}', now() - interval '1 day');",
        null)]
    [InlineData("sim", true, "select 1", null)]
    [InlineData("demo", false, "select 1", null)]
    [Trait("Control", "F3")]
    public async Task A_broker_log_in_has_one_trial_however_many_tenants_are_made(string mode, bool traded, string before, string? code)
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var login = Person.NewEmail();
        var made = await ada.PostAsync("/register/acme", new { email = login, password = "one account", server = "ACME-1", mode });
        made.Status.ShouldBe(HttpStatusCode.Created);
        await api.ExecuteAsync(before.Replace("{tenant}", ada.TenantId.ToString(), StringComparison.Ordinal));
        await api.ExecuteAsync($"""
            insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, type, status, counted_as_trade, created_at, valid_until)
            values (gen_random_uuid(), '{ada.TenantId}', '{made.Text("id")}', 'acme', 1, gen_random_uuid()::text, 'open', '{"{}"}', 'EURUSD', 'MARKET', 'REJECTED', {traded}, now(), now())
            """);
        var form = new { email = $" {login.ToUpperInvariant()}".Trim(), password = "one account", server = "ACME-1", mode = "demo" };

        var again = await eve.PostAsync("/register/acme", form);

        again.Code.ShouldBe(code);
        again.Status.ShouldBe(code is null ? HttpStatusCode.Created : HttpStatusCode.PaymentRequired);
        if (code is null) return;
        await api.ExecuteAsync($"update billing.billing_status set plan = 'pro', status = 'active' where tenant_id = '{eve.TenantId}'");
        (await eve.PostAsync("/register/acme", form)).Status.ShouldBe(HttpStatusCode.Created, "who pays is not concerned");
    }

    [Theory]
    [InlineData("""{}""", new[] { "email", "mode", "password", "server" })]
    [InlineData("""{"email":"a@b.example","password":"x","server":"ACME-1","mode":"paper"}""", new[] { "mode" })]
    [InlineData("""{"email":"no address","password":"x","server":"ACME-1","mode":"demo"}""", new[] { "email" })]
    [InlineData("""{"email":"a@b.example","password":"x","server":"lower case","mode":"demo"}""", new[] { "server" })]
    [InlineData("""{"email":"a@b.example","password":"x","server":"ACME-1","mode":"demo","plan":"elite"}""", new[] { "plan" })]
    [InlineData("""{"email":"a@b.example","password":"x","server":"ACME-1","mode":"live"}""", new[] { "leverage" })]
    [InlineData("""{"email":"a@b.example","password":"x","server":"ACME-1","mode":"live","leverage":31}""", new[] { "leverage" })]
    [InlineData("""{"email":"a@b.example","password":["x"],"server":"ACME-1","mode":"demo"}""", new[] { "password" })]
    public async Task Every_fault_of_the_form_is_named_by_its_field(string body, string[] fields)
    {
        var answer = await (await Person.SignUpAsync(api)).PostAsync("/register/acme", body);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("validation.failed");
        answer.Fields.Order(StringComparer.Ordinal).ShouldBe(fields);
    }

    [Fact]
    public async Task A_field_that_its_condition_hides_is_not_asked_for_and_not_kept()
    {
        var ada = await Person.SignUpAsync(api);

        (await ada.PostAsync("/register/acme", new
        {
            email = Person.NewEmail(), password = "one account", server = "ACME-1", mode = "demo", leverage = "not even a number"
        })).Status.ShouldBe(HttpStatusCode.Created);

        var form = (await ada.GetAsync("/api/brokers")).Json.EnumerateArray().Single().GetProperty("credentials");
        form.GetProperty("required").EnumerateArray().ShouldNotContain(name => name.GetString() == "leverage");
        var leverage = form.GetProperty("properties").GetProperty("leverage");
        leverage.GetProperty("x-visible-when").GetProperty("field").GetString().ShouldBe("mode");
        leverage.GetProperty("x-required").GetBoolean().ShouldBeTrue();
        (leverage.GetProperty("minimum").GetDecimal(), leverage.GetProperty("maximum").GetDecimal()).ShouldBe((1m, 30m));
    }

    [Fact]
    public async Task Refused_credentials_are_named_by_field_and_nothing_is_stored()
    {
        var ada = await Person.SignUpAsync(api);

        var answer = await ada.PostAsync("/register/acme", ScriptedBroker.Form(Person.NewEmail(), "wrong"));

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("broker.credentials_rejected");
        answer.Fields.ShouldBe(["password"]);
        (await ada.GetAsync("/api/user/brokers")).Json.GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_504()
    {
        var answer = await (await Person.SignUpAsync(api)).PostAsync("/register/acme", ScriptedBroker.Form(Person.NewEmail(), "away"));

        answer.Status.ShouldBe(HttpStatusCode.GatewayTimeout);
        answer.Code.ShouldBe("broker.unreachable");
    }

    [Fact]
    public async Task Several_accounts_have_to_be_chosen_from()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();

        var asked = await ada.PostAsync("/register/acme", ScriptedBroker.Form(email, "both"));
        asked.Code.ShouldBe("broker.account_required");
        asked.Json.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("currency").GetString())
            .ShouldBe(["USD", "EUR"]);

        var second = asked.Json.GetProperty("accounts")[1].GetProperty("id").GetString();
        var made = await ada.PostAsync("/register/acme",
            new { email, password = "both", server = "ACME-1", mode = "demo", broker_account = second });
        made.Status.ShouldBe(HttpStatusCode.Created);
        made.Text("currency").ShouldBe("EUR");
    }

    [Fact]
    public async Task The_same_account_again_is_409_with_its_id_and_after_a_delete_it_may_come_back()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();
        var first = await ScriptedBroker.ConnectAsync(ada, email);

        var again = await ada.PostAsync("/register/acme", ScriptedBroker.Form(email));
        again.Status.ShouldBe(HttpStatusCode.Conflict);
        again.Code.ShouldBe("account.already_connected");
        again.Text("account_id").ShouldBe(first.Text("id"));

        (await ada.DeleteAsync($"/api/accounts/{first.Text("id")}")).Status.ShouldBe(HttpStatusCode.NoContent);
        await ScriptedBroker.ConnectAsync(ada, email);
    }

    [Fact]
    public async Task An_unknown_broker_is_404() =>
        (await (await Person.SignUpAsync(api)).PostAsync("/register/nobody")).Status.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    [Trait("Control", "K2")]
    [Trait("Control", "B1")]
    public async Task Neither_key_nor_password_lies_open_in_the_database()
    {
        const string canary = "canary-7f3a91";
        var email = Person.NewEmail();
        var made = await (await Person.SignUpAsync(api))
            .PostAsync("/register/acme", new { email, password = canary, server = "ACME-1", mode = "demo", broker_account = "A-" + email });
        made.Status.ShouldBe(HttpStatusCode.Created);

        foreach (var table in new[] { "accounts.account_secrets", "accounts.api_keys", "accounts.accounts", "tenancy.audit_log" })
            foreach (var secret in new[] { canary, made.Text("api_key") })
                (await api.ScalarAsync<long>(
                    $"select count(*) from {table} t where t::text like '%{secret}%' or t::text like '%{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret))}%'"))
                    .ShouldBe(0, table);
    }

    [Fact]
    [Trait("Control", "B2")]
    public async Task No_answer_tells_a_secret_that_was_typed()
    {
        const string canary = "canary-b2c94e";
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();
        var form = new { email, password = canary, server = "ACME-1", mode = "demo", broker_account = "A-" + email };
        var made = await ada.PostAsync("/register/acme", form);
        made.Status.ShouldBe(HttpStatusCode.Created);
        var again = await ada.PostAsync($"/api/accounts/{made.Text("id")}/reconnect", form);
        again.Status.ShouldBe(HttpStatusCode.OK);
        List<string> answers = [made.Json.ToString(), again.Json.ToString()];

        var reads = (await ada.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("get", out _)).Select(path => Parameter().Replace(path.Name, made.Text("id")));
        foreach (var path in reads)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new("Bearer", ada.AccessToken);
            using var answer = await ada.Http.SendAsync(request);
            answers.Add(path + " " + await answer.Content.ReadAsStringAsync());
        }

        // The account is among them with all the rest that was typed.
        answers.Count(answer => answer.Contains("ACME-1", StringComparison.Ordinal)).ShouldBeGreaterThan(2);
        answers.ShouldAllBe(answer => !answer.Contains(canary, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
