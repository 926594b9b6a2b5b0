using System.Net;
using System.Text;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>The key of an account's terminal: what it opens, how it ends, and what its owner is told.</summary>
public sealed class AgentKeyTests(AgentRig rig) : IClassFixture<AgentRig>
{
    [Fact]
    [Trait("Control", "K1")]
    public async Task An_account_that_a_terminal_reports_for_has_two_keys()
    {
        await using var owner = await rig.NewOwnerAsync();

        var id = owner.Account.ToString("N")[..8];
        owner.ApiKey.ShouldMatch($"^mtx_{id}_[0-9A-Za-z]{{22,}}$");
        owner.AgentKey.ShouldMatch($"^mtx-agent_{id}_[0-9A-Za-z]{{22,}}$");
        var (setup, account) = (await owner.Person.GetAsync($"/api/accounts/{owner.Account}/agent"),
            await owner.Person.GetAsync($"/api/accounts/{owner.Account}"));
        setup.Text("agent_key").ShouldBe($"{owner.AgentKey[..6]}****{owner.AgentKey[^6..]}");
        account.Text("api_key").ShouldBe($"{owner.ApiKey[..6]}****{owner.ApiKey[^6..]}");
    }

    [Fact]
    [Trait("Control", "K2")]
    public async Task Neither_key_lies_open_anywhere_in_the_database()
    {
        await using var owner = await rig.NewOwnerAsync();
        (await owner.ReportAsync(owner.Report())).Status.ShouldBe(HttpStatusCode.OK);
        await RevealAsync(owner);
        await owner.AlertAsync(""" "action":"close","symbol":"EURUSD" """);
        string[] keys = [owner.AgentKey, owner.ApiKey];
        var secrets = keys.Select(key => key[^20..])
            .Concat(keys.Select(key => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key)))).ToList();
        var tables = (await rig.ScalarAsync<string[]>("""
            select array_agg(c.oid::regclass::text) from pg_class c
            where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace::regnamespace::text !~ '^(pg_|information)'
            """)).ShouldNotBeNull();

        foreach (var table in tables.Where(table => !table.StartsWith("schema_migrations", StringComparison.Ordinal)))
            foreach (var secret in secrets) (await CountAsync($"{table} t where strpos(t::text, '{secret}') > 0")).ShouldBe(0, table);

        tables.Length.ShouldBeGreaterThan(30);
    }

    [Fact]
    [Trait("Control", "K6")]
    public async Task An_agent_key_that_is_pasted_into_an_alert_is_masked_in_its_log()
    {
        await using var owner = await rig.NewOwnerAsync();

        await owner.AlertAsync($""" "action":"close","symbol":"EURUSD","comment":"{owner.AgentKey}" """);

        var log = $"from alerts.webhooks_log where account_id = '{owner.Account}'";
        await Eventually.True(async () => await rig.ScalarAsync<string>($"select payload {log}") is not null, TimeSpan.FromSeconds(5),
            "the row is there");
        (await rig.ScalarAsync<string>($"select payload {log}"))!.ShouldContain("EURUSD");
        (await rig.ScalarAsync<string>($"select webhooks_log::text {log}"))!.ShouldNotContain(owner.AgentKey[^20..]);
    }

    [Fact]
    [Trait("Control", "K4")]
    public async Task Neither_key_opens_what_is_the_others_and_nothing_is_told_of_the_account()
    {
        await using var owner = await rig.NewOwnerAsync();

        var report = await owner.ReportAsync(owner.Report(), owner.ApiKey);
        var alert = await AlertAsync(owner, owner.AgentKey);

        (report.Status, report.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.invalid_key"));
        (alert.Status, alert.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.invalid_key"));
        report.Text("detail").ShouldBe((await owner.ReportAsync(owner.Report(), "mtx-agent_00000000_nobody")).Text("detail"));
        alert.Json.GetRawText().ShouldBe((await AlertAsync(owner, "mtx_00000000_nobody")).Json.GetRawText());
        (await owner.ReadStatusAsync()).ShouldBe("pending");
        (await CountAsync($"alerts.webhooks_log where account_id = '{owner.Account}'")).ShouldBe(0);
    }

    [Fact]
    [Trait("Control", "K3")]
    public async Task It_is_shown_again_on_request_and_the_audit_log_knows()
    {
        await using var owner = await rig.NewOwnerAsync();

        (await RevealAsync(owner)).Text("agent_key").ShouldBe(owner.AgentKey);

        (await AuditedAsync(owner, "account.agent_key_revealed")).ShouldBe(1);
    }

    [Fact]
    [Trait("Control", "K3")]
    public async Task A_regenerated_one_ends_the_old_one_at_once_where_no_message_arrives_and_leaves_the_alerts_alone()
    {
        await using var owner = await rig.NewOwnerAsync();
        using var deaf = await DeafAsync(owner);

        var made = await owner.Person.PostAsync($"/api/accounts/{owner.Account}/regenerate-agent-key");

        (await owner.ReportAsync(owner.Report(), http: deaf)).Code.ShouldBe("auth.invalid_key");
        (await owner.ReportAsync(owner.Report())).Code.ShouldBe("auth.invalid_key");
        (await owner.ReportAsync(owner.Report(), made.Text("agent_key"))).Status.ShouldBe(HttpStatusCode.OK);
        made.Text("warning").ShouldBe("Give the terminal its new agent key");
        (await AuditedAsync(owner, "account.agent_key_regenerated")).ShouldBe(1);
        (await owner.AlertAsync(""" "action":"close","symbol":"EURUSD" """)).Status.ShouldNotBe(HttpStatusCode.Unauthorized);
        (await owner.Person.PostAsync($"/api/accounts/{owner.Account}/reveal-api-key")).Text("api_key").ShouldBe(owner.ApiKey);
    }

    [Fact]
    public async Task An_account_from_before_there_were_such_keys_is_given_one_when_it_is_asked_for()
    {
        await using var owner = await rig.NewOwnerAsync();
        await rig.ExecuteAsync($"delete from accounts.api_keys where account_id = '{owner.Account}' and scope = 'agent'");
        await rig.ExecuteAsync($"update connectors.agents set key_id = null where account_id = '{owner.Account}'");
        (await owner.ReportAsync(owner.Report(), owner.ApiKey)).Code.ShouldBe("auth.invalid_key");
        var setup = await owner.Person.GetAsync($"/api/accounts/{owner.Account}/agent");
        setup.Json.GetProperty("agent_key").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        var shown = await RevealAsync(owner);

        (await owner.ReportAsync(owner.Report(), shown.Text("agent_key"))).Status.ShouldBe(HttpStatusCode.OK);
        (await RevealAsync(owner)).Text("agent_key").ShouldBe(shown.Text("agent_key"));
        (await AuditedAsync(owner, "account.agent_key_made")).ShouldBe(1);
    }

    [Fact]
    public async Task The_owner_of_such_an_account_is_told_why_its_terminal_is_silent()
    {
        await using var owner = await rig.NewOwnerAsync();
        (await owner.ReportAsync(owner.Report())).Status.ShouldBe(HttpStatusCode.OK);

        await rig.ExecuteAsync(
            $"update connectors.agents set key_id = null, last_beat = now() - '1 minute'::interval where account_id = '{owner.Account}'");

        await owner.StatusAsync("offline");
        await Eventually.True(async () => (await owner.Person.GetAsync($"/api/accounts/{owner.Account}")).Text("status_reason")
            .Contains("give it the agent key from the account's set-up page", StringComparison.Ordinal), TimeSpan.FromSeconds(10),
            "the reason is told");
        var notice = (await owner.Person.GetAsync("/api/notifications")).Json.GetProperty("items")[0];
        notice.GetProperty("text").GetString()!.ShouldContain("give it the agent key from the account's set-up page");
    }

    [Fact]
    public async Task It_ends_with_its_account_where_no_message_arrives()
    {
        await using var owner = await rig.NewOwnerAsync();
        using var deaf = await DeafAsync(owner);

        await owner.Person.DeleteAsync($"/api/accounts/{owner.Account}");

        (await owner.ReportAsync(owner.Report(), http: deaf)).Code.ShouldBe("auth.invalid_key");
        (await RevealAsync(owner)).Status.ShouldBe(HttpStatusCode.NotFound);
        foreach (var table in (string[])["agents", "agent_reports", "agent_symbols"])
            (await CountAsync($"connectors.{table} where account_id = '{owner.Account}'")).ShouldBe(0, table);
    }

    [Fact]
    [Trait("Control", "K4")]
    public async Task A_terminal_that_has_not_reported_before_and_takes_over_is_news_to_the_owner_once()
    {
        await using var owner = await rig.NewOwnerAsync();
        await BeatAsync(owner, "first");
        await BeatAsync(owner, "second");
        await Eventually.True(async () => await NoticesAsync(owner) == 1, TimeSpan.FromSeconds(10), "the owner is told");

        // Both are known now: which of them reports is no news any more.
        await BeatAsync(owner, "first");
        await BeatAsync(owner, "second");
        await BeatAsync(owner, "third");
        await Eventually.True(async () => await NoticesAsync(owner) == 2, TimeSpan.FromSeconds(10), "the owner is told of the third");

        var notice = (await owner.Person.GetAsync("/api/notifications")).Json.GetProperty("items")[0];
        notice.GetProperty("kind").GetString().ShouldBe("account.terminal_changed");
        notice.GetProperty("text").GetString()!.ShouldContain("If it is not yours, make a new agent key");
    }

    // A replica that hears nothing of a change, and has found the key a moment ago: the first report makes it read the account once more.
    private async Task<HttpClient> DeafAsync(TerminalOwner owner)
    {
        var deaf = ApiFixture.NewClient(rig.NewFactory(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = "" }));
        for (var report = 0; report < 2; report++) (await owner.ReportAsync(owner.Report(), http: deaf)).Status.ShouldBe(HttpStatusCode.OK);
        return deaf;
    }

    // With the lease of whoever had it over.
    private async Task BeatAsync(TerminalOwner owner, string instance)
    {
        await rig.ExecuteAsync(
            $"update connectors.agents set lease_until = now() - '1 second'::interval where account_id = '{owner.Account}'");
        (await owner.ReportAsync(owner.Report(instance: instance))).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<Answer> AlertAsync(TerminalOwner owner, string key) =>
        owner.Person.SendAsync(HttpMethod.Post, $"/webhook/mtx/{key}", """{"intent":{"action":"close","symbol":"EURUSD"}}""", token: null);

    private static Task<Answer> RevealAsync(TerminalOwner owner) =>
        owner.Person.PostAsync($"/api/accounts/{owner.Account}/reveal-agent-key");

    private Task<long> NoticesAsync(TerminalOwner owner) =>
        CountAsync($"live.notifications where tenant_id = '{owner.Person.TenantId}' and kind = 'account.terminal_changed'");

    private Task<long> AuditedAsync(TerminalOwner owner, string action) =>
        CountAsync($"tenancy.audit_log where action = '{action}' and subject = '{owner.Account}'");

    private Task<long> CountAsync(string rows) => rig.ScalarAsync<long>($"select count(*) from {rows}");
}
