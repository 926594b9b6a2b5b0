using System.Net;
using TradeFlow.Platform.Tests.Accounts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Billing;

public sealed class AccountLimitTests(ScriptedBroker api) : IClassFixture<ScriptedBroker>
{
    [Fact]
    public async Task The_trial_connects_one_account_and_says_what_to_do_about_the_second()
    {
        var ada = await Person.SignUpAsync(api);
        await ScriptedBroker.ConnectAsync(ada);

        var refused = await ada.PostAsync("/register/acme", ScriptedBroker.Form(Person.NewEmail()));

        refused.Status.ShouldBe(HttpStatusCode.PaymentRequired);
        refused.Code.ShouldBe("plan.limit_reached");
        refused.Text("limit_name").ShouldBe("accounts_per_broker");
        refused.Json.GetProperty("limit").GetInt32().ShouldBe(1);
        refused.Json.GetProperty("value").GetInt32().ShouldBe(1);
        refused.Text("detail").ShouldContain("Upgrade");
        (await ada.GetAsync("/api/user/brokers")).Json.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_second_broker_is_beyond_the_trial_as_well()
    {
        var ada = await Person.SignUpAsync(api);
        await AddAsync(ada, "other");

        var refused = await ada.PostAsync("/register/acme", ScriptedBroker.Form(Person.NewEmail()));

        refused.Code.ShouldBe("plan.limit_reached");
        refused.Text("limit_name").ShouldBe("brokers");
    }

    [Theory]
    [InlineData("trial", 1)]
    [InlineData("pro", 2)]
    [InlineData("elite", 5)]
    public async Task Twenty_at_once_never_get_past_the_limit(string plan, int limit)
    {
        var ada = await Person.SignUpAsync(api);
        await api.ExecuteAsync($"update billing.billing_status set plan = '{plan}', status = case '{plan}' when 'trial' then 'trialing' else 'active' end where tenant_id = '{ada.TenantId}'");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => ada.PostAsync("/register/acme", ScriptedBroker.Form(Person.NewEmail()))));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(limit);
        answers.Count(answer => answer.Code == "plan.limit_reached").ShouldBe(20 - limit);
        (await ada.GetAsync("/api/user/brokers")).Json.GetArrayLength().ShouldBe(limit);
    }

    [Fact]
    public async Task A_deleted_account_makes_room()
    {
        var ada = await Person.SignUpAsync(api);
        var first = await ScriptedBroker.ConnectAsync(ada);
        (await ada.DeleteAsync($"/api/accounts/{first.Text("id")}")).Status.ShouldBe(HttpStatusCode.NoContent);

        await ScriptedBroker.ConnectAsync(ada);
    }

    private Task AddAsync(Person person, string broker) => api.ExecuteAsync($"""
        insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
        values (gen_random_uuid(), '{person.TenantId}', '{person.UserId}', '{broker}', 'X', 'demo', gen_random_uuid()::text, 'USD', 'active')
        """);
}
