using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Rights.Export;
using TradeFlow.Platform.Tests.Access;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Rights;

/// <summary>Everything that a tenant has, as a file, and nothing of anybody else's or that opens anything.</summary>
[Trait("Control", "D7")]
public sealed partial class ExportTests(AccessScene scene) : IClassFixture<AccessScene>, IAsyncLifetime
{
    private readonly ServiceProvider worker = WorkerJobs.Build(scene.Api.Platform, []);

    public async ValueTask InitializeAsync() =>
        await scene.Api.ExecuteAsync(
            "update rights.exports set status = 'failed', expires_at = now() where status in ('queued', 'running')");

    public ValueTask DisposeAsync() => worker.DisposeAsync();

    [Fact]
    public async Task Every_table_with_a_tenant_is_in_the_export_or_named_with_the_reason_why_not()
    {
        await using var command = scene.Api.Platform.Database.System.CreateCommand("""
            select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
            where c.relkind in ('r', 'p') and not c.relispartition union all select 'tenancy.tenants'
            """);
        List<string> tables = [];
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync()) tables.Add(row.GetString(0));

        var decided = worker.GetServices<TenantTable>().ToList();

        decided.Select(table => table.Name).ShouldBe(tables, ignoreOrder: true,
            "In its Module.cs a module says AddExported of each of its tables with a tenant, or AddNotExported with the reason why not.");
        decided.ShouldAllBe(table => table.File != null || table.Why!.Length > 5);
        decided.Where(table => table.File is not null).Select(table => table.File).ShouldBeUnique();
    }

    [Fact]
    public async Task An_owner_gets_all_that_the_tenant_has_as_json_and_csv_without_secrets_and_nothing_of_others()
    {
        var (owner, stranger) = (scene.Owner, scene.Stranger);
        var secrets = await MakeSecretsAsync(owner);
        await scene.Api.ExecuteAsync($"""
            update alerts.webhooks_log set payload = '=cmd|'' /C calc''!A0, "of the owner"' where tenant_id = '{owner.TenantId}';
            insert into strategies.strategies (id, tenant_id, slug, name, description, visibility, publisher)
                values (gen_random_uuid(), '{stranger.TenantId}', 'z', 'of-the-stranger', 'z', 'public', 'z') on conflict do nothing;
            """);

        var asked = await owner.PostAsync("/api/user/export");
        var again = await owner.PostAsync("/api/user/export");
        (asked.Status, again.Text("id")).ShouldBe((HttpStatusCode.Accepted, asked.Text("id")), "one at a time");
        var address = $"/api/user/export/{asked.Text("id")}";
        var waits = await owner.GetAsync(address);
        (waits.Text("status"), waits.Json.GetProperty("url").ValueKind).ShouldBe(("queued", JsonValueKind.Null));
        (await owner.GetAsync(address + "/file")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await worker.GetRequiredService<ExportMaker>().MakeNextAsync(CancellationToken.None)).ShouldBeTrue();

        var done = await owner.GetAsync(address);
        (done.Text("status"), done.Json.GetProperty("progress").GetInt32()).ShouldBe(("done", 100));
        (done.Json.GetProperty("expires_at").GetDateTimeOffset() - DateTimeOffset.UtcNow)
            .ShouldBeInRange(TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        var files = await FetchAsync(owner, done.Text("url"));
        files.Keys.ShouldBe(["contents.json", .. worker.GetServices<TenantTable>().Where(table => table.File is not null)
            .SelectMany(table => new[] { table.File + ".json", table.File + ".csv" })], ignoreOrder: true);
        foreach (var kind in new[]
        {
            "accounts", "account_keys", "signals", "orders", "positions", "round_trips", "strategies", "strategy_activations",
            "notifications", "notification_channels", "members", "invitations", "apps", "personal_tokens", "audit_log", "workspace"
        })
        {
            var rows = JsonDocument.Parse(files[kind + ".json"]).RootElement.GetArrayLength();
            rows.ShouldBeGreaterThan(0, kind);
            CsvRows(files[kind + ".csv"]).ShouldBe(rows + 1, kind);
        }
        files["members.csv"].ShouldContain(owner.Email);
        files["signals.csv"].ShouldContain("\"'=cmd|' /C calc'!A0, \"\"of the owner\"\"\"", customMessage: "a spreadsheet must not run it");
        var all = string.Concat(files.Values);
        foreach (var secret in secrets) all.ShouldNotContain(secret);
        foreach (var foreign in new[] { stranger.TenantId.ToString(), stranger.Email, "of-the-stranger" }) all.ShouldNotContain(foreign);
        all.ShouldNotContain("\\x", customMessage: "bytes are sealed, or hashes");
        (await scene.Api.ScalarAsync<string>(
            $"select string_agg(action, ' ' order by seq) from tenancy.audit_log where subject = '{asked.Text("id")}'"))
            .ShouldBe("export.requested export.made export.fetched");
    }

    [Fact]
    public async Task No_column_that_is_exported_is_named_like_a_secret()
    {
        await using var command = scene.Api.Platform.Database.System.CreateCommand("""
            select c.oid::regclass::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind in ('r', 'p') and a.atttypid <> 'bytea'::regtype
            """);
        var exported = worker.GetServices<TenantTable>().Where(table => table.File is not null).ToDictionary(table => table.Name);
        List<string> suspects = [];
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            if (exported.TryGetValue(row.GetString(0), out var table) && !table.Hidden.Contains(row.GetString(1))
                && LikeASecret().IsMatch(row.GetString(1)))
                suspects.Add($"{row.GetString(0)}.{row.GetString(1)}");

        suspects.ShouldBe(["billing.subscriptions.lookup_key", "connectors.agents.key_id"], ignoreOrder: true,
            "hide it in AddExported, or name it here when it opens nothing");
    }

    [Fact]
    public async Task An_export_whose_worker_has_died_is_made_anew_by_the_next_and_the_first_adds_no_more_to_it()
    {
        var asked = await scene.Owner.PostAsync("/api/user/export");
        var store = worker.GetRequiredService<ExportStore>();
        var dead = await store.ClaimAsync(CancellationToken.None);
        await store.AddPartAsync(dead!, 0, "torn"u8.ToArray(), CancellationToken.None);
        (await worker.GetRequiredService<ExportMaker>().MakeNextAsync(CancellationToken.None)).ShouldBeFalse("somebody is at it");
        await scene.Api.ExecuteAsync("update rights.exports set lease_until = now() - interval '1 second' where status = 'running'");

        (await worker.GetRequiredService<ExportMaker>().MakeNextAsync(CancellationToken.None)).ShouldBeTrue();

        var done = await scene.Owner.GetAsync($"/api/user/export/{asked.Text("id")}");
        (await FetchAsync(scene.Owner, done.Text("url"))).Keys.ShouldContain("orders.json");
        await Should.ThrowAsync<ExportTakenException>(() => store.AddPartAsync(dead!, 1, "late"u8.ToArray(), CancellationToken.None));
        await Should.ThrowAsync<ExportTakenException>(() => store.FinishAsync(dead!, 1, CancellationToken.None));
    }

    [Fact]
    public async Task One_that_fails_three_times_is_said_to_have_failed_and_a_worker_that_is_ended_does_not_count()
    {
        var asked = await scene.Owner.PostAsync("/api/user/export");
        var store = worker.GetRequiredService<ExportStore>();
        foreach (var counts in new[] { false, false, false, true, true, true })
            await store.GiveBackAsync((await store.ClaimAsync(CancellationToken.None))!, counts, CancellationToken.None);

        (await scene.Owner.GetAsync($"/api/user/export/{asked.Text("id")}")).Text("status").ShouldBe("failed");
        (await store.ClaimAsync(CancellationToken.None)).ShouldBeNull();
        (await scene.Owner.PostAsync("/api/user/export")).Text("id").ShouldNotBe(asked.Text("id"), "another may be asked for");
    }

    [Fact]
    public async Task A_file_is_forgotten_after_its_day()
    {
        var asked = await scene.Owner.PostAsync("/api/user/export");
        (await worker.GetRequiredService<ExportMaker>().MakeNextAsync(CancellationToken.None)).ShouldBeTrue();
        await scene.Api.ExecuteAsync($"update rights.exports set expires_at = now() - interval '1 second' where id = '{asked.Text("id")}'");

        (await scene.Owner.GetAsync($"/api/user/export/{asked.Text("id")}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await scene.Owner.GetAsync($"/api/user/export/{asked.Text("id")}/file")).Status.ShouldBe(HttpStatusCode.NotFound);
        await worker.GetServices<TradeFlow.Platform.Kernel.Housekeeping.IRecurringJob>().Single(job => job.Name == "rights.exports")
            .RunAsync(CancellationToken.None);
        (await scene.Api.ScalarAsync<long>($"select count(*) from rights.export_parts where export_id = '{asked.Text("id")}'")).ShouldBe(0);
    }

    [Fact]
    public async Task No_more_than_a_part_is_in_memory()
    {
        List<int> parts = [];
        await using var stream = new PartStream((_, bytes, _) =>
        {
            parts.Add(bytes.Length);
            return Task.CompletedTask;
        });

        for (var piece = 0; piece < 50; piece++) await stream.WriteAsync(new byte[65_536]);
        await stream.FinishAsync(CancellationToken.None);

        parts.Count.ShouldBe(4);
        parts.ShouldAllBe(size => size <= (1 << 20) + 65_536);
        parts.Sum().ShouldBe(50 * 65_536);
    }

    private async Task<List<string>> MakeSecretsAsync(Person owner)
    {
        var token = await owner.PostAsync("/api/user/tokens", new { name = "secret", scopes = new[] { "read" } });
        var invitation = await owner.PostAsync("/api/tenant/invitations", new { email = Person.NewEmail(), role = "viewer" });
        var app = await owner.PostAsync("/api/tenant/apps",
            new { name = "b", redirect_uris = new[] { "https://b.example/back" }, scopes = new[] { "read" }, confidential = true });
        await scene.Api.ExecuteAsync($"""
            update oauth.apps set client_secret = 'canary-of-apps' where tenant_id = '{owner.TenantId}';
            insert into oauth.tokens (id, app_id, payload, reference_id) select gen_random_uuid(), id, 'canary-of-tokens', 'canary-of-references' from oauth.apps
                where tenant_id = '{owner.TenantId}' limit 1 on conflict do nothing;
            """);
        return [token.Text("token"), invitation.Text("token"), app.Text("client_secret"), scene.Callers["api key"].AccessToken,
            owner.AccessToken, owner.RefreshToken, Person.Password, "canary-of-", "ada@example.com"];
    }

    private static async Task<Dictionary<string, string>> FetchAsync(Person owner, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new("Bearer", owner.AccessToken);
        using var answer = await owner.Http.SendAsync(request);
        (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType).ShouldBe((HttpStatusCode.OK, "application/zip"));
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        Dictionary<string, string> files = [];
        foreach (var entry in zip.Entries)
        {
            using var text = new StreamReader(entry.Open());
            files.Add(entry.FullName, await text.ReadToEndAsync());
        }
        return files;
    }

    // A line end within quotes is part of a cell.
    private static int CsvRows(string csv) => Quoted().Replace(csv, "").Split("\r\n").Length - 1;

    [GeneratedRegex("\"(?:[^\"]|\"\")*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("secret|hash|sealed|token|password|credential|key")]
    private static partial Regex LikeASecret();
}
