using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

public sealed class AccountSettingsTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    [Fact]
    public async Task Settings_change_and_what_is_left_out_stays()
    {
        var ada = await Person.SignUpAsync(api);
        var id = (await ScriptedBroker.ConnectAsync(ada)).Text("id");

        var answer = await ada.PatchAsync($"/api/accounts/{id}", new { name = "My account", multiplier = 0.5, dedupe_seconds = 0 });

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Text("name").ShouldBe("My account");
        answer.Json.GetProperty("multiplier").GetRawText().ShouldBe("0.5");
        answer.Json.GetProperty("dedupe_seconds").GetInt32().ShouldBe(0);
        answer.Json.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        (await ada.PatchAsync($"/api/accounts/{id}", new { enabled = false })).Json.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        (await ada.GetAsync($"/api/accounts/{id}")).Text("name").ShouldBe("My account");
    }

    [Fact]
    public async Task A_limit_is_taken_away_by_null_and_stays_when_it_is_left_out()
    {
        var ada = await Person.SignUpAsync(api);
        var id = (await ScriptedBroker.ConnectAsync(ada)).Text("id");
        (await ada.GetAsync($"/api/accounts/{id}")).Json.GetProperty("max_age_seconds").ValueKind
            .ShouldBe(System.Text.Json.JsonValueKind.Null);

        (await ada.PatchAsync($"/api/accounts/{id}", """{"max_age_seconds":300}""")).Json.GetProperty("max_age_seconds").GetInt32()
            .ShouldBe(300);
        var version = await api.ScalarAsync<long>($"select version from accounts.accounts where id = '{id}'");
        (await ada.PatchAsync($"/api/accounts/{id}", """{"name":"Other"}""")).Json.GetProperty("max_age_seconds").GetInt32().ShouldBe(300);
        (await ada.PatchAsync($"/api/accounts/{id}", """{"max_age_seconds":null}""")).Json.GetProperty("max_age_seconds").ValueKind
            .ShouldBe(System.Text.Json.JsonValueKind.Null);

        (await api.ScalarAsync<long>($"select version from accounts.accounts where id = '{id}'"))
            .ShouldBe(version + 1, "a decision reads it");
        (await api.ScalarAsync<string>(
            $"select string_agg(detail::text, ' ' order by id) from tenancy.audit_log where action = 'account.changed' and subject = '{id}'"))
            .ShouldNotBeNull().ShouldContain("\"max_age_seconds\": null");
    }

    [Fact]
    public async Task What_messages_leave_out_is_set_and_taken_away_and_a_decision_reads_it()
    {
        var ada = await Person.SignUpAsync(api);
        var id = (await ScriptedBroker.ConnectAsync(ada)).Text("id");
        var before = (await ada.GetAsync($"/api/accounts/{id}")).Json;
        before.GetProperty("default_size").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        before.GetProperty("stop_unit").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        var version = await api.ScalarAsync<long>($"select version from accounts.accounts where id = '{id}'");

        var set =
            await ada.PatchAsync($"/api/accounts/{id}", """{"default_size":{"mode":"risk_percent","value":1.5},"stop_unit":"pips"}""");
        var named = await ada.PatchAsync($"/api/accounts/{id}", """{"name":"Other"}""");
        var taken = await ada.PatchAsync($"/api/accounts/{id}", """{"default_size":null,"stop_unit":null}""");

        set.Json.GetProperty("default_size").GetRawText().ShouldBe("""{"mode":"risk_percent","value":1.5}""");
        named.Json.GetProperty("default_size").GetProperty("value").GetDecimal().ShouldBe(1.5m);
        named.Text("stop_unit").ShouldBe("pips");
        taken.Json.GetProperty("default_size").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        taken.Json.GetProperty("stop_unit").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await api.ScalarAsync<long>($"select version from accounts.accounts where id = '{id}'"))
            .ShouldBe(version + 2, "two changes that a decision reads");
        (await api.ScalarAsync<string>(
            $"select string_agg(detail::text, ' ' order by id) from tenancy.audit_log where action = 'account.changed' and subject = '{id}'"))
            .ShouldNotBeNull().ShouldContain("\"default_size\": null");
    }

    [Theory]
    [InlineData("""{"default_size":{"mode":"lots","value":1}}""", "default_size.mode")]
    [InlineData("""{"default_size":{"value":1}}""", "default_size.mode")]
    [InlineData("""{"default_size":{"mode":"units"}}""", "default_size.value")]
    [InlineData("""{"default_size":{"mode":"risk_percent","value":101}}""", "default_size.value")]
    [InlineData("""{"default_size":{"mode":"units","value":0}}""", "default_size.value")]
    [InlineData("""{"default_size":{"mode":"units","value":-5}}""", "default_size.value")]
    [InlineData("""{"default_size":{"mode":"units","value":0.000000001}}""", "default_size.value")]
    [InlineData("""{"stop_unit":"points"}""", "stop_unit")]
    [InlineData("""{"names_stop_unit":true}""", "names_stop_unit")]
    [InlineData("""{"multiplier":0}""", "multiplier")]
    [InlineData("""{"multiplier":-1}""", "multiplier")]
    [InlineData("""{"multiplier":0.00001}""", "multiplier")]
    [InlineData("""{"multiplier":"2"}""", "multiplier")]
    [InlineData("""{"dedupe_seconds":301}""", "dedupe_seconds")]
    [InlineData("""{"dedupe_seconds":1.5}""", "dedupe_seconds")]
    [InlineData("""{"max_age_seconds":0}""", "max_age_seconds")]
    [InlineData("""{"max_age_seconds":-1}""", "max_age_seconds")]
    [InlineData("""{"max_age_seconds":86401}""", "max_age_seconds")]
    [InlineData("""{"max_age_seconds":"5 min"}""", "max_age_seconds")]
    [InlineData("""{"names_max_age":true}""", "names_max_age")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"enabled":"yes"}""", "enabled")]
    [InlineData("""{"balance":1000000}""", "balance")]
    [InlineData("""{"enabled":true,"enabled":false}""", "enabled")]
    public async Task A_bad_setting_is_named(string body, string field)
    {
        var ada = await Person.SignUpAsync(api);
        var id = (await ScriptedBroker.ConnectAsync(ada)).Text("id");

        var answer = await ada.PatchAsync($"/api/accounts/{id}", body);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    [Trait("Control", "K3")]
    public async Task A_key_is_shown_again_on_request_and_the_audit_log_knows()
    {
        var ada = await Person.SignUpAsync(api);
        var made = await ScriptedBroker.ConnectAsync(ada);

        var shown = await ada.PostAsync($"/api/accounts/{made.Text("id")}/reveal-api-key");

        shown.Text("api_key").ShouldBe(made.Text("api_key"));
        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where action = 'account.key_revealed' and subject = '{made.Text("id")}'")).ShouldBe(1);
    }

    [Fact]
    [Trait("Control", "K3")]
    public async Task A_regenerated_key_ends_the_old_one_on_every_replica()
    {
        var ada = await Person.SignUpAsync(api);
        var made = await ScriptedBroker.ConnectAsync(ada);
        var replica = api.NewFactory([]).Services.GetRequiredService<KeyIndex>();
        var before = await replica.FindAsync(made.Text("api_key"), CancellationToken.None);
        before!.AccountId.Value.ToString().ShouldBe(made.Text("id"));

        var answer = await ada.PostAsync($"/api/accounts/{made.Text("id")}/regenerate-api-key");

        answer.Text("warning").ShouldBe("Update TradingView webhooks with new API key");
        (await api.Service<KeyIndex>().FindAsync(made.Text("api_key"), CancellationToken.None)).ShouldBeNull();
        await Eventually.True(async () => await replica.FindAsync(made.Text("api_key"), CancellationToken.None) is null,
            TimeSpan.FromSeconds(2), "the message reaches the other replica");
        var after = await replica.FindAsync(answer.Text("api_key"), CancellationToken.None);
        after!.Version.ShouldBeGreaterThan(before.Version,
            "recording a signal compares it, so that no old key passes even before the message");
    }

    [Fact]
    [Trait("Control", "K2")]
    public async Task The_index_follows_a_change_of_settings_and_finds_no_other_key()
    {
        var ada = await Person.SignUpAsync(api);
        var made = await ScriptedBroker.ConnectAsync(ada);
        var index = api.Service<KeyIndex>();
        (await index.FindAsync(made.Text("api_key"), CancellationToken.None))!.Enabled.ShouldBeTrue();

        await ada.PatchAsync($"/api/accounts/{made.Text("id")}", new { enabled = false });

        (await index.FindAsync(made.Text("api_key"), CancellationToken.None))!.Enabled.ShouldBeFalse();
        (await index.FindAsync(made.Text("api_key")[..^1] + "!", CancellationToken.None)).ShouldBeNull();
        (await index.FindAsync(new string('k', 10_000), CancellationToken.None)).ShouldBeNull();
        (await index.FindAsync("", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_deleted_account_is_gone_with_its_key_and_credentials_and_its_row_stays()
    {
        var ada = await Person.SignUpAsync(api);
        var made = await ScriptedBroker.ConnectAsync(ada);
        var id = made.Text("id");

        (await ada.DeleteAsync($"/api/accounts/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await ada.GetAsync($"/api/accounts/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ada.DeleteAsync($"/api/accounts/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ada.PostAsync($"/api/accounts/{id}/reveal-api-key")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await api.Service<KeyIndex>().FindAsync(made.Text("api_key"), CancellationToken.None)).ShouldBeNull();
        (await api.ScalarAsync<long>($"select count(*) from accounts.account_secrets where account_id = '{id}'")).ShouldBe(0);
        (await api.ScalarAsync<long>($"select count(*) from accounts.accounts where id = '{id}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Reconnecting_keeps_the_key_and_clears_the_fault()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();
        var made = await ScriptedBroker.ConnectAsync(ada, email);
        var id = made.Text("id");
        await NewWorker().SetStateAsync(new AccountId(Guid.Parse(id)), AccountStatuses.NeedsReconnect, "The broker refuses the password.",
            null, null, null, CancellationToken.None);
        (await ada.GetAsync($"/api/accounts/{id}")).Text("status").ShouldBe("needs_reconnect");

        (await ada.PostAsync($"/api/accounts/{id}/reconnect", ScriptedBroker.Form(Person.NewEmail()))).Code
            .ShouldBe("account.other_broker_account");
        var answer = await ada.PostAsync($"/api/accounts/{id}/reconnect", ScriptedBroker.Form(email));

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Text("status").ShouldBe("active");
        (await ada.PostAsync($"/api/accounts/{id}/reveal-api-key")).Text("api_key").ShouldBe(made.Text("api_key"));
    }

    [Fact]
    public async Task The_worker_opens_what_the_user_typed_and_reports_what_the_broker_says()
    {
        var ada = await Person.SignUpAsync(api);
        var email = Person.NewEmail();
        var account = new AccountId(Guid.Parse((await ScriptedBroker.ConnectAsync(ada, email)).Text("id")));
        var worker = NewWorker();

        (await worker.ListServableAsync([account.Value], CancellationToken.None))
            .ShouldContain(served => served.Account.AccountId == account && served.BrokerAccountId == "A-" + email);
        (await worker.OpenCredentialsAsync(account, CancellationToken.None))["password"].ShouldBe("one account");

        await worker.SetStateAsync(account, null, null, 900.25m, 910m, null, CancellationToken.None);
        var view = await ada.GetAsync($"/api/accounts/{account}");
        view.Json.GetProperty("balance").GetRawText().ShouldBe("900.25");
        view.Json.GetProperty("equity").GetRawText().ShouldBe("910");
        view.Text("last_sync").ShouldEndWith("Z");
    }

    private WorkerAccounts NewWorker() =>
        new(api.Platform.Database, api.Service<SecretBox>(), api.Service<RedisBus>(), api.Service<LiveEvents>(), TimeProvider.System);
}
