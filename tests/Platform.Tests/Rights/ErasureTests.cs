using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Rights.Deletion;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tests.Access;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Rights;

/// <summary>What is left of a workspace after its day: nothing that says whose it was.</summary>
[Trait("Control", "D7")]
public sealed class ErasureTests(AccessScene scene) : IClassFixture<AccessScene>
{
    private const string Canary = "Wilhelmina-Canary";

    [Fact]
    public async Task After_its_day_nobody_gets_in_and_a_dump_has_nothing_of_it_but_the_ids_of_the_audit_log()
    {
        var (owner, stranger, api) = (scene.Owner, scene.Stranger, scene.Api);
        await using var worker = WorkerJobs.Build(api.Platform, []);
        var job = worker.GetServices<IRecurringJob>().Single(one => one.Name == DeletedTenants.JobName);
        var account = (await owner.GetAsync("/api/user/brokers")).Json[0].GetProperty("id").GetString();
        await SowAsync(owner, account!);
        var theirs = await CountsAsync(stranger.TenantId);
        (await owner.PostAsync("/api/tenant/delete")).Status.ShouldBe(HttpStatusCode.OK);

        await job.RunAsync(CancellationToken.None);
        (await owner.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK, "its day has not come");
        await api.ExecuteAsync($"update tenancy.tenants set deletes_at = now() - interval '1 second' where id = '{owner.TenantId}'");
        await job.RunAsync(CancellationToken.None);

        foreach (var caller in new[] { owner, scene.Callers["viewer"], scene.Callers["token admin"] })
            await Eventually.True(async () => (await caller.GetAsync("/api/user/me")).Status == HttpStatusCode.Unauthorized,
                TimeSpan.FromSeconds(15), "they are out");
        (await owner.SendAsync(HttpMethod.Post, "/auth/login", new { email = owner.Email, password = Person.Password }, token: null)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await api.ScalarAsync<long>($"select count(*) from accounts.accounts where tenant_id = '{owner.TenantId}' and deleted_at is null"))
            .ShouldBe(0, "whoever serves them lets go");
        (await api.ScalarAsync<long>("select count(*) from outgoing.messages where event = 'mail.deleted' and tenant_id is null"))
            .ShouldBe(2, "one to each owner");

        await api.ExecuteAsync($"update tenancy.tenants set deleted_at = now() - interval '11 minutes' where id = '{owner.TenantId}'");
        while (await job.RunAsync(CancellationToken.None) > 0)
        {
        }

        (await api.ScalarAsync<bool>($"select erased_at is not null from tenancy.tenants where id = '{owner.TenantId}'")).ShouldBeTrue();
        var dump = await DumpAsync();
        foreach (var secret in new[] { Canary, owner.Email }) dump.Where(
            table => table.Value.Contains(secret, StringComparison.OrdinalIgnoreCase)).Select(table => table.Key).ShouldBeEmpty(secret);
        dump.Where(table => table.Value.Contains(owner.TenantId.ToString())).Select(table => table.Key).Except(TenantErasure.Kept)
            .ShouldBeEmpty();
        (await api.ScalarAsync<bool>($"select sealed is null from kernel.data_keys where tenant_id = '{owner.TenantId}'"))
            .ShouldBeTrue("whatever of its secrets were left would not open");
        (await worker.GetRequiredService<AuditChain>().VerifyAsync(CancellationToken.None)).Faults.ShouldBeEmpty();
        (await CountsAsync(stranger.TenantId)).ShouldBe(theirs, "others keep what they have");
        (await scene.Callers["viewer"].SendAsync(HttpMethod.Post, "/auth/login",
            new { email = scene.Callers["viewer"].Email, password = Person.Password }, token: null))
            .Status.ShouldBe(HttpStatusCode.OK, "who is at home elsewhere stays");
    }

    [Fact]
    public async Task The_home_of_an_administrator_cannot_be_deleted()
    {
        var asked = await scene.Callers["admin"].PostAsync("/api/tenant/delete");

        (asked.Status, asked.Code).ShouldBe((HttpStatusCode.Conflict, DeletionEndpoints.HasAdministrator));
    }

    private async Task SowAsync(Person owner, string account)
    {
        (await owner.PatchAsync("/api/user/me", new { name = Canary })).Status.ShouldBe(HttpStatusCode.OK);
        (await owner.PatchAsync($"/api/accounts/{account}", new { name = Canary })).Status.ShouldBe(HttpStatusCode.OK);
        (await owner.PostAsync("/api/user/tokens", new { name = Canary, scopes = new[] { "read" } })).Status
            .ShouldBe(HttpStatusCode.Created);
        (await owner.PostAsync("/api/strategies", new { name = Canary, description = Canary })).Status.ShouldBe(HttpStatusCode.Created);
        (await owner.PostAsync("/api/user/export")).Status.ShouldBe(HttpStatusCode.Accepted);
        var tenant = $"'{owner.TenantId}'";
        await scene.Api.ExecuteAsync($"""
            update tenancy.tenants set name = '{Canary}' where id = {tenant};
            update alerts.webhooks_log set payload = '{Canary}' where tenant_id = {tenant};
            insert into trading.orders (id, tenant_id, account_id, broker, seq, parent_id, client_order_id, action, intent, symbol, side, type, qty, status, valid_until, created_at)
                select gen_random_uuid(), tenant_id, account_id, broker, 2, id, 'child', 'close', '{"{}"}', 'EURUSD', 'SELL', 'MARKET', 1, 'FILLED', now(), now()
                from trading.orders where tenant_id = {tenant} limit 1;
            insert into trading.order_events (tenant_id, order_id, kind, at) select tenant_id, id, '{Canary}', at from trading.orders, (values (now()), (now() + interval '40 days')) t (at)
                where tenant_id = {tenant};
            insert into trading.order_events (tenant_id, order_id, kind, at) values ('{scene.Stranger.TenantId}', gen_random_uuid(), 'theirs', now()),
                ('{scene.Stranger.TenantId}', gen_random_uuid(), 'theirs', now() + interval '40 days');
            insert into billing.subscriptions (id, tenant_id, named_tenant, customer_id, status) values ('sub_gone', {tenant}, {tenant}, 'cus_gone', 'canceled');
            """);
    }

    private async Task<string> CountsAsync(Guid tenant)
    {
        await using var worker = WorkerJobs.Build(scene.Api.Platform, []);
        var counts = worker.GetServices<TenantTable>()
            .Select(table => $"select '{table.Name}' as name, count(*) from {table.Name} where {table.Key} = '{tenant}'");
        return (await scene.Api.ScalarAsync<string>(
            $"select string_agg(name || ' ' || count, ' ' order by name) from ({string.Join(" union all ", counts)}) t"))!;
    }

    private async Task<Dictionary<string, string>> DumpAsync()
    {
        await using var connection = new NpgsqlConnection(scene.Api.Platform.OwnerConnection + ";Pooling=false");
        await connection.OpenAsync();
        List<string> tables = [];
        await using (var command = new NpgsqlCommand("""
            select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
            """, connection))
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync()) tables.Add(row.GetString(0));
        Dictionary<string, string> dump = [];
        foreach (var table in tables)
        {
            await using var command = new NpgsqlCommand(
                $"select coalesce(string_agg(to_jsonb(t)::text, E'\\n'), '') from {table} t", connection);
            dump.Add(table, (string)(await command.ExecuteScalarAsync())!); // coalesced
        }
        return dump;
    }
}
