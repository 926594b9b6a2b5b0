using System.Net;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>Who sees and changes which strategy.</summary>
[Collection(StrategyPeople.OneRig)]
public sealed class StrategyAccessTests(WebhookRig rig)
{
    public static TheoryData<string, string> Changes => new()
    {
        { "PATCH", "" }, { "DELETE", "" }, { "POST", "/regenerate-key" }, { "POST", "/activate" },
        { "PATCH", "/activations/{activation}" }, { "DELETE", "/activations/{activation}" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_private_strategy_of_another_tenant_is_404_and_untouched(string method, string action)
    {
        var (ada, eve) = (await StrategyPeople.NewPersonAsync(rig), await StrategyPeople.NewPersonAsync(rig));
        var strategy = await StrategyPeople.MakeAsync(ada);
        var (hers, mine) = (await rig.NewTraderAsync(person: ada), await rig.NewTraderAsync(person: eve));
        var activation = await StrategyPeople.FollowAsync(hers, strategy);

        var foreign = await CallAsync(eve, method, strategy.Id, action, activation, mine);
        var unknown = await CallAsync(eve, method, Guid.NewGuid().ToString(), action, Guid.NewGuid().ToString(), mine);

        foreign.Status.ShouldBe(HttpStatusCode.NotFound);
        (foreign.Code, foreign.Text("detail")).ShouldBe((unknown.Code, unknown.Text("detail")));
        (await eve.GetAsync($"/api/strategies/{strategy.Id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await eve.GetAsync($"/api/strategies/{strategy.Id}/signals")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await hers.SendAsync(strategy.Path, Trader.Buy)).Json.GetProperty("fan_out").GetInt32().ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_viewer_reads_without_the_key_and_changes_nothing(string method, string action)
    {
        var ada = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(ada);
        var trader = await rig.NewTraderAsync(person: ada);
        var activation = await StrategyPeople.FollowAsync(trader, strategy);
        var viewer = await ada.InviteAsync(rig, "viewer");

        (await CallAsync(viewer, method, strategy.Id, action, activation, trader)).Status.ShouldBe(HttpStatusCode.Forbidden);
        var seen = await viewer.GetAsync($"/api/strategies/{strategy.Id}");

        seen.Status.ShouldBe(HttpStatusCode.OK);
        seen.Json.TryGetProperty("webhook_url", out _).ShouldBeFalse();
        (await viewer.PostAsync("/api/strategies", new { name = "x" })).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Without_a_token_the_answer_is_401_and_a_token_of_scope_read_changes_nothing(string method, string action)
    {
        var ada = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(ada);
        var trader = await rig.NewTraderAsync(person: ada);
        var activation = await StrategyPeople.FollowAsync(trader, strategy);
        var reads = ada.With((await ada.PostAsync("/api/user/tokens", new { name = "r", scopes = new[] { "read" } })).Text("token"));

        var nobody = await CallAsync(new Person(rig.NewClient(), "x"), method, strategy.Id, action, activation, trader);
        (nobody.Status, nobody.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.unauthenticated"));
        (await CallAsync(reads, method, strategy.Id, action, activation, trader)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await reads.GetAsync($"/api/strategies/{strategy.Id}")).Json.TryGetProperty("webhook_url", out _).ShouldBeFalse();
        // An address opens the webhook and no endpoint of people.
        (await ada.With(strategy.Path.Split('/')[^1]).GetAsync("/api/strategies")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_published_strategy_shows_to_every_tenant_without_its_key_and_only_administrators_change_it()
    {
        var admin = await Person.AdministratorAsync(rig);
        var strategy = await StrategyPeople.PublishAsync(admin);
        var trader = await rig.NewTraderAsync(person: await StrategyPeople.NewPersonAsync(rig));
        await StrategyPeople.FollowAsync(trader, strategy);
        var eve = await StrategyPeople.NewPersonAsync(rig);

        var seen = (await eve.GetAsync("/api/strategies")).Json.EnumerateArray()
            .Single(row => row.GetProperty("id").GetString() == strategy.Id);
        seen.TryGetProperty("webhook_url", out _).ShouldBeFalse();
        (seen.GetProperty("visibility").GetString(), seen.GetProperty("is_own").GetBoolean(), seen.GetProperty("activations")
            .GetArrayLength()).ShouldBe(("public", false, 0));
        seen.GetProperty("stats").GetProperty("trades").GetInt32().ShouldBe(0);
        foreach (var (method, path) in new[] { ("PATCH", ""), ("DELETE", ""), ("POST", "/regenerate-key") })
        {
            (await eve.SendAsync(new HttpMethod(method), $"/api/strategies/{strategy.Id}{path}", new { name = "Mine" },
                eve.AccessToken)).Status.ShouldBe(HttpStatusCode.NotFound);
            if (path.Length == 0) (await eve.SendAsync(new HttpMethod(method), $"/api/admin/strategies/{strategy.Id}",
                new { name = "Mine" }, eve.AccessToken)).Status.ShouldBe(HttpStatusCode.NotFound);
        }
        (await admin.GetAsync($"/api/strategies/{strategy.Id}")).Text("webhook_url").ShouldBe(strategy.Url);
        (await admin.PatchAsync($"/api/admin/strategies/{strategy.Id}", new { name = "Trend 2" })).Text("name").ShouldBe("Trend 2");
        var made = await admin.PostAsync($"/api/strategies/{strategy.Id}/regenerate-key");
        (await trader.SendAsync(strategy.Path, Trader.Buy)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await trader.SendAsync(new Uri(made.Text("webhook_url")).AbsolutePath, Trader.Buy)).Json.GetProperty("fan_out")
            .GetInt32().ShouldBe(1);
        (await admin.DeleteAsync($"/api/admin/strategies/{strategy.Id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await eve.GetAsync("/api/strategies")).Json.EnumerateArray()
            .ShouldNotContain(row => row.GetProperty("id").GetString() == strategy.Id);
    }

    [Fact]
    [Trait("Control", "T1")]
    public async Task The_database_lets_a_tenant_read_what_is_published_and_change_nothing_of_it()
    {
        var admin = await Person.AdministratorAsync(rig);
        var strategy = await StrategyPeople.PublishAsync(admin);
        var hidden = await StrategyPeople.MakeAsync(admin, "Hidden");
        var eve = await StrategyPeople.NewPersonAsync(rig);
        await using var app = await rig.Platform.Database.App.OpenConnectionAsync();
        await using var transaction = await app.BeginTransactionAsync();
        await RunAsync($"select set_config('app.tenant', '{eve.TenantId}', true)");

        (await RunAsync($"select count(*) from strategies.strategies where id = '{strategy.Id}'")).ShouldBe(1L);
        (await RunAsync($"select count(*) from strategies.strategies where id = '{hidden.Id}'")).ShouldBe(0L);
        (await RunAsync(
            $"with changed as (update strategies.strategies set name = 'Mine' where id = '{strategy.Id}' returning 1) select count(*) from changed"))
            .ShouldBe(0L);
        (await RunAsync(
            $"with gone as (delete from strategies.strategies where id = '{strategy.Id}' returning 1) select count(*) from gone"))
            .ShouldBe(0L);
        foreach (var table in new[] { "keys", "activations", "signals", "dedupe" })
            (await RunAsync($"select count(*) from strategies.{table}")).ShouldBe(0L, table);

        async Task<object?> RunAsync(string sql)
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, app, transaction);
            return await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task A_plan_has_so_many_strategies_and_one_on_several_accounts_counts_once()
    {
        var person = await StrategyPeople.NewPersonAsync(rig, "pro");
        var (one, two) = (await StrategyPeople.MakeAsync(person, "One"), await StrategyPeople.MakeAsync(person, "Two"));
        var (first, second) = (await rig.NewTraderAsync(person: person), await rig.NewTraderAsync(person: person));
        var activation = await StrategyPeople.FollowAsync(first, one);
        await StrategyPeople.FollowAsync(second, one);

        var beyond = await person.PostAsync($"/api/strategies/{two.Id}/activate", new { account_id = first.Account.Value });
        (beyond.Status, beyond.Code, beyond.Text("detail")).ShouldBe((HttpStatusCode.PaymentRequired, "plan.limit_reached",
            "Your plan Pro has 1 strategy. Upgrade on the billing page, or switch one off first."));
        var twice = await person.PostAsync($"/api/strategies/{one.Id}/activate", new { account_id = first.Account.Value });
        (twice.Status, twice.Code).ShouldBe((HttpStatusCode.Conflict, "strategy.already_active"));
        await person.PatchAsync($"/api/strategies/{one.Id}/activations/{activation}", new { enabled = false });
        foreach (var row in (await person.GetAsync($"/api/strategies/{one.Id}")).Json.GetProperty("activations").EnumerateArray())
            await person.DeleteAsync($"/api/strategies/{one.Id}/activations/{row.GetProperty("id").GetString()}");
        await StrategyPeople.FollowAsync(first, two);
        (await person.PostAsync($"/api/strategies/{one.Id}/activate", new { account_id = first.Account.Value })).Status
            .ShouldBe(HttpStatusCode.PaymentRequired);

        var trial = await rig.NewTraderAsync();
        var none = await trial.Person.PostAsync($"/api/strategies/{(await StrategyPeople.MakeAsync(trial.Person)).Id}/activate",
            new { account_id = trial.Account.Value });
        (none.Status, none.Text("detail"))
            .ShouldBe((HttpStatusCode.PaymentRequired, "Your plan Trial has no strategies. Upgrade on the billing page to follow one."));
    }

    [Fact]
    public async Task Sizes_and_names_are_checked_by_field()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(person: person);
        var path = $"/api/strategies/{strategy.Id}/activate";

        (await person.PostAsync("/api/strategies", new { name = " " })).Fields.ShouldBe(["name"]);
        (await person.PostAsync(path, new { })).Fields.ShouldBe(["account_id"]);
        (await person.PostAsync(path, new { account_id = Guid.NewGuid() })).Fields.ShouldBe(["account_id"]);
        (await person.PostAsync(path, new { account_id = trader.Account.Value, multiplier = 0 })).Fields.ShouldBe(["multiplier"]);
        (await person.PostAsync(path, new { account_id = trader.Account.Value, size = new { mode = "all", value = 1 } })).Fields
            .ShouldBe(["size"]);
        (await person.PostAsync(path, new { account_id = trader.Account.Value, size = "big" })).Fields.ShouldBe(["size"]);
        var made = await person.PostAsync(path, new { account_id = trader.Account.Value, size = 0.5 });
        (made.Json.GetProperty("size").GetProperty("mode").GetString(), made.Json.GetProperty("size").GetProperty("value").GetDecimal())
            .ShouldBe(("qty", 0.5m));
        var changed = await person.PatchAsync($"/api/strategies/{strategy.Id}/activations/{made.Text("id")}",
            new { size = (object?)null, multiplier = 2 });
        (changed.Json.GetProperty("size").ValueKind, changed.Json.GetProperty("multiplier").GetDecimal())
            .ShouldBe((System.Text.Json.JsonValueKind.Null, 2m));
    }

    private static Task<Answer> CallAsync(Person person, string method, string id, string action, string activation, Trader trader) =>
        person.SendAsync(
            new HttpMethod(method), $"/api/strategies/{id}{action.Replace("{activation}", activation, StringComparison.Ordinal)}",
            method switch { "DELETE" => null, "PATCH" => new { }, _ => new { account_id = trader.Account.Value } }, person.AccessToken);
}
