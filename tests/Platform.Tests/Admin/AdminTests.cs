using System.Net;
using System.Text.Json;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Admin;

/// <summary>What administrators see of all tenants, and change of people.</summary>
public sealed class AdminTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    [Theory]
    [InlineData("GET", "/api/admin/tenants")]
    [InlineData("GET", "/api/admin/users")]
    [InlineData("GET", "/api/admin/accounts")]
    [InlineData("GET", "/api/admin/webhooks")]
    [InlineData("GET", "/api/admin/health")]
    [InlineData("POST", "/api/admin/audit/check")]
    [InlineData("PATCH", "/api/admin/users/0190f7d4-0000-7000-8000-000000000001")]
    [Trait("Control", "D1")]
    public async Task For_everybody_else_there_is_no_such_route(string method, string path)
    {
        var owner = await Person.SignUpAsync(rig);

        (await owner.SendAsync(new HttpMethod(method), path, method == "PATCH" ? new { disabled = true } : null, owner.AccessToken)).Status
            .ShouldBe(HttpStatusCode.NotFound);
        (await owner.SendAsync(new HttpMethod(method), path, method == "PATCH" ? new { disabled = true } : null, token: null)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_tenant_is_found_by_slug_id_and_the_address_of_a_member_with_its_plan_accounts_and_last_signal()
    {
        var admin = await Person.AdministratorAsync(rig);
        var trader = await rig.NewTraderAsync();
        await trader.AlertAsync(Trader.Buy);
        await trader.LoggedAsync("1");
        var id = trader.Person.TenantId;

        foreach (var query in new[] { trader.Person.Email, trader.Person.Email.ToUpperInvariant()[..20], $"{id}" })
        {
            var row = (await admin.GetAsync($"/api/admin/tenants?query={Uri.EscapeDataString(query)}")).Json.EnumerateArray().Single();
            row.GetProperty("id").GetGuid().ShouldBe(id);
            (row.GetProperty("accounts").GetInt32(), row.GetProperty("users").GetInt32()).ShouldBe((1, 1));
            row.GetProperty("last_signal_at").GetString()!.ShouldEndWith("Z");
            row.EnumerateObject().Select(member => member.Name)
                .ShouldBe(["id", "name", "slug", "plan", "status", "accounts", "users", "last_signal_at", "created_at"]);
        }
        (await admin.GetAsync($"/api/admin/tenants?query={id}&plan=elite")).Json.GetArrayLength().ShouldBe(0);
        (await admin.GetAsync("/api/admin/tenants?query=%25")).Json.GetArrayLength().ShouldBe(0, "a percent sign is looked for as such");
        (await admin.GetAsync("/api/admin/tenants?limit=0&cursor=x")).Fields.ShouldBe(["limit", "cursor"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_long_list_goes_on_where_the_header_says()
    {
        var admin = await Person.AdministratorAsync(rig);
        var newest = await Person.SignUpAsync(rig);

        var first = await admin.GetAsync("/api/admin/users?limit=1");
        var link = first.Message.Headers.GetValues("Link").Single();
        var second = await admin.GetAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)]);

        first.Json.EnumerateArray().Single().GetProperty("id").GetGuid().ShouldBe(newest.UserId);
        link.ShouldEndWith("; rel=\"next\"");
        second.Json.EnumerateArray().Single().GetProperty("id").GetGuid().ShouldBe(admin.UserId);
    }

    [Fact]
    public async Task A_person_is_shown_with_their_tenants_and_how_they_log_in()
    {
        var admin = await Person.AdministratorAsync(rig);
        var owner = await Person.SignUpAsync(rig);
        var guest = await owner.InviteAsync(rig, "viewer");

        var row = (await admin.GetAsync($"/api/admin/users?query={guest.Email}")).Json.EnumerateArray().Single();
        var self = (await admin.GetAsync($"/api/admin/users?query={admin.UserId}")).Json.EnumerateArray().Single();

        row.GetProperty("verified").GetBoolean().ShouldBeFalse();
        row.GetProperty("tenants").EnumerateArray().Select(tenant => tenant.GetProperty("role").GetString()).ShouldBe(["owner", "viewer"]);
        (row.GetProperty("role").GetString(), row.GetProperty("disabled").GetBoolean(), row.GetProperty("two_factor").GetBoolean())
            .ShouldBe(("user", false, false));
        (self.GetProperty("role").GetString(), self.GetProperty("two_factor").GetBoolean()).ShouldBe(("admin", true));
        self.GetProperty("last_seen_at").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Who_is_disabled_is_out_at_once_and_stays_out_with_what_they_had_when_they_are_let_in_again()
    {
        var admin = await Person.AdministratorAsync(rig);
        var person = await Person.SignUpAsync(rig);
        var token = (await person.PostAsync("/api/user/tokens", new { name = "bot", scopes = new[] { "read" } })).Text("token");

        var changed = await admin.PatchAsync($"/api/admin/users/{person.UserId}", new { disabled = true });

        (changed.Status, changed.Json.GetProperty("disabled").GetBoolean()).ShouldBe((HttpStatusCode.OK, true));
        (await person.PostAsync("/api/user/tokens", new { name = "again", scopes = new[] { "read" } })).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await person.With(token).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInAsync(person)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await admin.PatchAsync($"/api/admin/users/{person.UserId}", new { disabled = false })).Status.ShouldBe(HttpStatusCode.OK);
        (await person.With(token).GetAsync("/api/positions")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await LogInAsync(person)).Status.ShouldBe(HttpStatusCode.OK);
        var audit = (await admin.GetAsync($"/api/admin/audit?actor={admin.UserId}&action=user.changed")).Json.GetProperty("items")
            .EnumerateArray().ToList();
        audit.Count.ShouldBe(2);
        var detail = audit[1].GetProperty("detail");
        (detail.GetProperty("before").GetProperty("disabled").GetBoolean(), detail.GetProperty("after").GetProperty("disabled")
            .GetBoolean()).ShouldBe((false, true));
    }

    [Fact]
    public async Task The_chains_of_the_audit_log_are_walked_and_a_changed_row_is_named()
    {
        var admin = await Person.AdministratorAsync(rig);
        var other = await Person.SignUpAsync(rig);
        await admin.PatchAsync($"/api/admin/users/{other.UserId}", new { disabled = true });

        (await admin.PostAsync("/api/admin/audit/check")).Json.GetProperty("holds").GetBoolean().ShouldBeTrue();
        await rig.ExecuteAsync($"""
            alter table tenancy.audit_log disable trigger user;
            update tenancy.audit_log set subject = 'somebody else' where tenant_id = '{admin.TenantId}' and action = 'user.changed';
            alter table tenancy.audit_log enable trigger user
            """);
        var broken = (await admin.PostAsync("/api/admin/audit/check")).Json;

        broken.GetProperty("holds").GetBoolean().ShouldBeFalse();
        var fault = broken.GetProperty("faults").EnumerateArray().Single();
        (fault.GetProperty("tenant_id").GetGuid(), fault.GetProperty("what").GetString()).ShouldBe((admin.TenantId, "the row was changed"));
    }

    [Fact]
    public async Task Nobody_takes_their_own_role_and_what_is_wrong_is_named()
    {
        var admin = await Person.AdministratorAsync(rig);
        var person = await Person.SignUpAsync(rig);

        (await admin.PatchAsync($"/api/admin/users/{admin.UserId}", new { role = "user" })).Code.ShouldBe("auth.own_role");
        (await admin.PatchAsync($"/api/admin/users/{admin.UserId}", new { disabled = true })).Code.ShouldBe("auth.own_role");
        (await admin.PatchAsync($"/api/admin/users/{person.UserId}", new { role = "king" })).Fields.ShouldBe(["role"]);
        (await admin.PatchAsync($"/api/admin/users/{person.UserId}", new { })).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await admin.PatchAsync($"/api/admin/users/{Guid.NewGuid()}", new { role = "admin" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await admin.PatchAsync($"/api/admin/users/{person.UserId}", new { role = "admin" })).Text("role").ShouldBe("admin");
        (await person.GetAsync("/api/user/me")).Text("role").ShouldBe("admin");
        (await admin.PatchAsync($"/api/admin/users/{person.UserId}", new { role = "user" })).Text("role").ShouldBe("user");
    }

    [Fact]
    public async Task Signals_and_accounts_of_all_tenants_are_listed_without_what_is_the_tenants_own()
    {
        var admin = await Person.AdministratorAsync(rig);
        var ada = await rig.NewTraderAsync();
        var bob = await rig.NewTraderAsync();
        await ada.AlertAsync(Trader.Buy);
        await bob.AlertAsync("nonsense of Bob");
        await ada.LoggedAsync("1");
        await bob.LoggedAsync("1");

        var signals = await admin.GetAsync("/api/admin/webhooks?limit=2");
        var refused = await admin.GetAsync($"/api/admin/webhooks?tenant_id={bob.Person.TenantId}&status=4xx");
        var accounts = await admin.GetAsync($"/api/admin/accounts?tenant_id={ada.Person.TenantId}");

        signals.Json.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("tenant_id").GetGuid())
            .ShouldBe([bob.Person.TenantId, ada.Person.TenantId]);
        signals.Json.GetRawText().ShouldNotContain("nonsense");
        refused.Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await admin.GetAsync($"/api/admin/webhooks?tenant_id={ada.Person.TenantId}&status=4xx")).Json.GetProperty("items")
            .GetArrayLength().ShouldBe(0);
        (await admin.GetAsync("/api/admin/webhooks?status=many&tenant_id=x")).Fields.ShouldBe(["tenant_id", "status"], ignoreOrder: true);
        accounts.Json.GetProperty("items").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(ada.Account.ToString());
        accounts.Json.GetRawText().ShouldNotContain(ada.Key);
        (await admin.GetAsync("/api/admin/accounts?status=odd")).Fields.ShouldBe(["status"]);
    }

    [Fact]
    public async Task The_health_page_has_every_part_and_names_the_lane_that_nobody_runs()
    {
        var admin = await Person.AdministratorAsync(rig);
        var trader = await rig.NewTraderAsync();
        await rig.AddPaperAsync(); // without a broker an Api is not ready
        await trader.AlertAsync(Trader.Buy);
        await rig.ExecuteAsync($"update trading.orders set status = 'PENDING', created_at = now() - interval '1 minute' where account_id = '{trader.Account}'");
        await rig.ExecuteAsync("""
            insert into orleans.clusters (id) values ('other');
            insert into orleans.members (cluster_id, address, port, generation, name, host, status, gateway_port, started_at, alive_at)
                values ('other', '10.0.0.9', 4711, 1, 'one', 'far', 3, 0, now(), now())
            """);

        var health = (await admin.GetAsync("/api/admin/health")).Json;

        (health.GetProperty("api").GetString(), health.GetProperty("postgres").GetString()).ShouldBe(("healthy", "healthy"));
        health.GetProperty("workers").EnumerateArray().Select(worker => worker.GetProperty("name").GetString()).ShouldContain("far:4711");
        var stalled = health.GetProperty("stalled_lanes").EnumerateArray()
            .Single(lane => lane.GetProperty("account_id").GetString() == trader.Account.ToString());
        stalled.GetProperty("waiting").GetInt32().ShouldBe(1);
        health.GetProperty("queues").GetProperty("pending").GetInt32().ShouldBeGreaterThanOrEqualTo(1);
        health.GetProperty("queues").GetProperty("oldest_pending_seconds").GetDecimal().ShouldBeGreaterThanOrEqualTo(60m);
        foreach (var part in new[] { "redis", "unknown_orders", "plugins", "feeds" }) health.TryGetProperty(part, out _).ShouldBeTrue(part);
    }

    private static Task<Answer> LogInAsync(Person person) =>
        person.SendAsync(HttpMethod.Post, "/auth/login", new { email = person.Email, password = Person.Password }, token: null);
}
