using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Accounts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Emergency;

namespace TradeFlow.Platform.Tests.Access;

/// <summary>
/// A member who sees some of the tenant's accounts: of the others they are told as little as somebody of another tenant is.
/// </summary>
[Trait("Control", "T1")]
public sealed partial class AccountWallTests(AccessScene scene) : IClassFixture<AccessScene>
{
    [Fact]
    [Trait("Control", "T2")]
    public async Task What_an_account_outside_the_list_has_is_as_if_it_were_not_there_and_stays_as_it_is()
    {
        var before = await scene.FingerprintAsync();
        List<string> wrong = [];
        var asked = 0;
        foreach (var row in RouteTable.Rows.Where(
            row => row.Access is not (Door.Open or Door.Key) && AccessScene.NamesOfAccount(row.Route + row.More)))
        {
            var (path, body) = scene.CallOfAccount(row, real: true);
            var foreign = await SendAsync(scene.Limited, row, path, body);
            (path, body) = scene.CallOfAccount(row, real: false);
            var unknown = await SendAsync(scene.Limited, row, path, body);
            asked++;
            if (Told(foreign) != Told(unknown)) wrong.Add($"{row.Method} {row.Route}: {Told(foreign)} tells it from {Told(unknown)}");
            var mayNot = row.Access is Door.Owner or Door.OwnerPerson;
            if (AccessScene.NamesOfAccount(row.Route) && !mayNot && foreign.Status != HttpStatusCode.NotFound)
                wrong.Add($"{row.Method} {row.Route}: {Told(foreign)}");
        }

        wrong.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(35);
        (await scene.FingerprintAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Lists_and_sums_leave_out_what_is_outside_the_list()
    {
        List<string> wrong = [];
        var secrets = AccessScene.OfAccounts.Select(name => scene.IdOf(name).ToString()).Append("5550").ToList();
        foreach (var row in RouteTable.Rows.Where(row => row is { Method: "GET", Access: Door.Read or Door.Trade or Door.Person }))
        {
            // About nothing in particular, so that each list is the whole list.
            var path = scene.CallOfAccount(row with { More = row.More.Contains("account_id", StringComparison.Ordinal) ? "" : row.More },
                real: false).Path;
            var text = await TextAsync(scene.Limited, path);
            wrong.AddRange(secrets.Where(secret => text.Contains(secret, StringComparison.Ordinal))
                .Select(secret => $"{path} tells {secret}"));
        }
        wrong.ShouldBeEmpty();

        foreach (var (list, name) in new[]
        {
            ("/api/user/brokers", "account"), ("/api/orders", "order"), ("/api/positions", "position"), ("/api/webhooks/log", "webhook"),
            ("/api/analytics/trades", "trade"), ("/api/notifications", "notification"), ("/api/strategies", "activation"),
            ("/api/overview", "account"), ("/api/billing/usage", "account"),
        })
        {
            (await TextAsync(scene.Limited, list)).ShouldContain(scene.OfLimited[name].ToString(), customMessage: list);
            var all = await TextAsync(scene.Owner, list);
            all.ShouldContain(scene.OfLimited[name].ToString(), customMessage: list);
            all.ShouldContain(scene.IdOf(name).ToString(), customMessage: list);
        }
        (await scene.Limited.GetAsync("/api/analytics/summary")).Json.GetRawText().ShouldContain("103");
        (await scene.Owner.GetAsync("/api/analytics/summary")).Json.GetRawText().ShouldContain("55606");
        (await scene.Limited.GetAsync("/api/user/risk_today")).Json.GetProperty("open_positions").GetInt32().ShouldBe(2);
        (await scene.Owner.GetAsync("/api/user/risk_today")).Json.GetProperty("open_positions").GetInt32().ShouldBe(4);
        (await TextAsync(scene.Limited, "/api/analytics/export.csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Plain_sql_sees_no_row_of_an_account_outside_the_list_in_any_table()
    {
        List<(string Table, string Column)> tables = [("accounts.accounts", "id")];
        await using (var found = scene.Api.Platform.Database.System.CreateCommand("""
            select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped
            where c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege('tradeflow_app', c.oid, 'select')
            """))
        await using (var row = await found.ExecuteReaderAsync())
            while (await row.ReadAsync()) tables.Add((row.GetString(0), "account_id"));
        List<string> full = [];
        foreach (var (table, column) in tables)
        {
            var theirs = $"select count(*) from {table} where {column} = '{scene.IdOf("account")}'";
            if (await CountAsync(theirs, AccountScope.All) > 0) full.Add(table);
            (await CountAsync(theirs, AccountScope.Of([scene.OfLimited["account"]]))).ShouldBe(0, table);
            (await CountAsync(theirs, AccountScope.Of([]))).ShouldBe(0, table);
        }
        full.Count.ShouldBeGreaterThan(8, string.Join(", ", full));
        var events = $"select count(*) from trading.order_events where order_id = '{scene.IdOf("order")}'";
        (await CountAsync(events, AccountScope.All)).ShouldBe(1);
        (await CountAsync(events, AccountScope.Of([scene.OfLimited["account"]]))).ShouldBe(0);

        async Task<long> CountAsync(string sql, AccountScope accounts)
        {
            await using var connection = await scene.Api.Platform.Database.App.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await new Wall(new TenantId(scene.Owner.TenantId), accounts).SetAsync(connection, default);
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            return (long)(await command.ExecuteScalarAsync())!; // count(*) is never null
        }
    }

    [Fact]
    public async Task What_is_about_the_workspace_as_a_whole_is_for_who_sees_all_of_it()
    {
        var limited = scene.Limited;
        foreach (var answer in new[]
        {
            await limited.PostAsync("/register/acme", new { }),
            await limited.SendAsync(HttpMethod.Put, "/api/user/risk_config", new { max_open_trades = 1 }, limited.AccessToken),
            await limited.SendAsync(HttpMethod.Put, "/api/user/risk_rules/risk.worst_case", new { enabled = false }, limited.AccessToken),
            await limited.DeleteAsync("/api/user/risk_config/pending/max_daily_loss"),
            await limited.PostAsync("/api/strategies", new { name = "x" }),
            await limited.PatchAsync($"/api/strategies/{scene.IdOf("strategy")}", new { name = "x" }),
            await limited.DeleteAsync($"/api/strategies/{scene.IdOf("strategy")}"),
            await limited.PostAsync($"/api/strategies/{scene.IdOf("strategy")}/regenerate-key"),
            await limited.GetAsync($"/api/strategies/{scene.IdOf("strategy")}/signals"),
        })
            (answer.Status, answer.Code).ShouldBe((HttpStatusCode.Forbidden, "auth.forbidden"),
                answer.Message.RequestMessage?.RequestUri?.ToString());
        // Its signals go to every account that follows it: whoever knows the address trades them all.
        var made = (await scene.Owner.PostAsync("/api/strategies", new { name = "Own" })).Text("id");
        (await scene.Owner.GetAsync($"/api/strategies/{made}")).Text("webhook_url").ShouldContain("/webhook/strategy/");
        var seen = (await limited.GetAsync($"/api/strategies/{made}")).Json;
        (seen.TryGetProperty("webhook_url", out var url) && url.ValueKind == JsonValueKind.String).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stop_of_everything_stops_what_its_caller_sees_and_ends_no_stop_that_others_still_close()
    {
        var stop = Guid.NewGuid();
        var (theirs, mine) = (scene.IdOf("account"), scene.OfLimited["account"]);
        await scene.Api.ExecuteAsync($"""
            insert into trading.emergency_stops (id, tenant_id, requested_by, at) values ('{stop}', '{scene.Owner.TenantId}', '{scene.Owner.UserId}', now());
            insert into trading.stopped_accounts (account_id, tenant_id, stop_id, orders, armed_at, next_try_at)
                select id, tenant_id, '{stop}', array[]::uuid[], now(), now() from accounts.accounts where id in ('{theirs}', '{mine}');
            update accounts.accounts set status = 'active' where id = '{mine}';
            """);
        try
        {
            await using (var scope = scene.Api.Factory.Services.CreateAsyncScope())
            {
                scope.ServiceProvider.GetRequiredService<TenantContext>()
                    .Set(new TenantId(scene.Owner.TenantId), new UserId(scene.Limited.UserId), "trader", AccountScope.Of([mine]));
                (await scope.ServiceProvider.GetRequiredService<ExecuteStop>().RunAsync(null)).ShouldNotBeNull().Accounts
                    .ShouldHaveSingleItem().Id.Value.ShouldBe(mine);
            }

            (await EnabledAsync(theirs)).ShouldBeTrue();
            (await EnabledAsync(mine)).ShouldBeFalse();
            (await scene.Api.ScalarAsync<bool>($"select done_at is null from trading.emergency_stops where id = '{stop}'"))
                .ShouldBeTrue("the other account is not through");
            var shown = (await scene.Limited.GetAsync("/api/user/emergency_stop")).Json.GetProperty("accounts").EnumerateArray()
                .ShouldHaveSingleItem();
            shown.GetProperty("account_id").GetGuid().ShouldBe(mine);
            (await scene.Limited.PostAsync("/api/user/emergency_stop/resume")).Json.GetProperty("accounts_enabled").GetInt32().ShouldBe(1);
        }
        finally
        {
            await scene.Api.ExecuteAsync($"""
                delete from trading.stopped_accounts where tenant_id = '{scene.Owner.TenantId}'; delete from trading.emergency_stops where tenant_id = '{scene.Owner.TenantId}';
                update accounts.accounts set status = 'pending', enabled = true, disabled_reason = null where id = '{mine}';
                """);
        }
    }

    [Fact]
    [Trait("Control", "A4")]
    public async Task A_change_of_the_list_counts_at_the_next_request_for_sessions_and_for_tokens()
    {
        var trader = await scene.Owner.InviteAsync(scene.Api, "trader");
        var token = trader.With((await trader.PostAsync("/api/user/tokens", new { name = "t", scopes = new[] { "trade" } })).Text("token"));
        foreach (var (accounts, expected) in new (Guid[]?, HttpStatusCode)[]
        {
            (null, HttpStatusCode.OK), ([scene.OfLimited["account"]], HttpStatusCode.NotFound),
            ([scene.IdOf("account")], HttpStatusCode.OK), ([], HttpStatusCode.NotFound), (null, HttpStatusCode.OK),
        })
        {
            (await scene.Owner.PatchAsync($"/api/tenant/members/{trader.UserId}", new { role = "trader", accounts })).Status
                .ShouldBe(HttpStatusCode.NoContent);
            foreach (var caller in new[] { trader, token })
                (await caller.GetAsync($"/api/accounts/{scene.IdOf("account")}")).Status.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_plan_counts_the_accounts_and_strategies_that_its_caller_does_not_see()
    {
        var owner = await Person.SignUpAsync(scene.Api);
        await scene.Api.ExecuteAsync(
            $"update billing.billing_status set plan = 'pro', status = 'active' where tenant_id = '{owner.TenantId}'");
        var (theirs, mine) = (await ConnectedAsync(owner), await ConnectedAsync(owner));
        var trader = await owner.InviteAsync(scene.Api, "trader");
        (await owner.PatchAsync($"/api/tenant/members/{trader.UserId}", new { role = "trader", accounts = new[] { mine } })).Status
            .ShouldBe(HttpStatusCode.NoContent);
        var (one, two) = ((await owner.PostAsync("/api/strategies", new { name = "One" })).Text("id"),
            (await owner.PostAsync("/api/strategies", new { name = "Two" })).Text("id"));
        (await owner.PostAsync($"/api/strategies/{one}/activate", new { account_id = theirs })).Status.ShouldBe(HttpStatusCode.Created);

        var beyond = await trader.PostAsync($"/api/strategies/{two}/activate", new { account_id = mine });
        (beyond.Status, beyond.Code).ShouldBe((HttpStatusCode.PaymentRequired, "plan.limit_reached"));

        // A smaller plan covers the older account alone, and that is not the caller's.
        await scene.Api.ExecuteAsync(
            $"update billing.billing_status set plan = 'trial', status = 'trialing' where tenant_id = '{owner.TenantId}'");
        var last = Guid.NewGuid();
        await scene.Api.ExecuteAsync($"""
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, created_at)
                values ('{last}', '{owner.TenantId}', '{owner.UserId}', 'acme', 'Last', 'demo', 'last', 'USD', 'pending', now() + interval '1 s');
            update accounts.accounts set exit_only = true where id = '{mine}';
            update tenancy.memberships set accounts = array['{mine}', '{last}']::uuid[] where tenant_id = '{owner.TenantId}' and user_id = '{trader.UserId}';
            """);
        (await trader.DeleteAsync($"/api/accounts/{last}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await scene.Api.ScalarAsync<bool>($"select exit_only from accounts.accounts where id = '{mine}'")).ShouldBeTrue();
        (await scene.Api.ScalarAsync<bool>($"select exit_only from accounts.accounts where id = '{theirs}'")).ShouldBeFalse();
    }

    private static async Task<Guid> ConnectedAsync(Person owner)
    {
        var connected = await ScriptedBroker.ConnectAsync(owner);
        connected.Status.ShouldBe(HttpStatusCode.Created, connected.Json.ToString());
        return Guid.Parse(connected.Text("id"));
    }

    private Task<bool> EnabledAsync(Guid account) =>
        scene.Api.ScalarAsync<bool>($"select enabled from accounts.accounts where id = '{account}'");

    private static async Task<string> TextAsync(Person caller, string path) =>
        await (await caller.GetAsync(path)).Message.Content.ReadAsStringAsync();

    private static Task<Answer> SendAsync(Person caller, RouteRow row, string path, string body) =>
        caller.SendAsync(new HttpMethod(row.Method), path, row.Method == "GET" ? null : body, caller.AccessToken);

    private static string Told(Answer answer) => $"{(int)answer.Status} " + Volatile().Replace(
        answer.Json.ValueKind == JsonValueKind.Undefined ? "" : answer.Json.GetRawText(), "");

    [GeneratedRegex("""[0-9a-f]{8}-[0-9a-f-]{27}|"(trace_id|request_id)":"[^"]*"|\d{4}-\d\d-\d\dT[^"]*""")]
    private static partial Regex Volatile();
}
