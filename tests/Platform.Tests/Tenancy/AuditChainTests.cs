using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Tenancy;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>The chain of the audit log, against people who own the tables.</summary>
[Trait("Control", "D2")]
public sealed class AuditChainTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Unlocked =
        "alter table tenancy.audit_log disable trigger user; alter table tenancy.audit_heads disable trigger user;";

    [Fact]
    public async Task Rows_written_side_by_side_make_one_chain()
    {
        var tenant = await TenantAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 25; i++) await WriteAsync(tenant, $"test.side_by_side_{writer}", i % 3 == 0 ? null : """{"z":1,"a":"ü"}""");
        }));

        (await api.ScalarAsync<long>($"select max(seq) from tenancy.audit_log where tenant_id = '{tenant}'")).ShouldBe(200);
        (await FaultsAsync(tenant)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("update tenancy.audit_log set action = 'test.harmless' where seq = 3 and tenant_id = '{0}'", 3, "the row was changed")]
    [InlineData("update tenancy.audit_log set at = at + interval '1 microsecond' where seq = 3 and tenant_id = '{0}'", 3,
        "the row was changed")]
    [InlineData("""update tenancy.audit_log set detail = '{{"n":7}}' where seq = 3 and tenant_id = '{0}'""", 3, "the row was changed")]
    [InlineData("update tenancy.audit_log set actor = null where seq = 3 and tenant_id = '{0}'", 3, "the row was changed")]
    [InlineData("delete from tenancy.audit_log where seq = 3 and tenant_id = '{0}'", 3, "rows are missing")]
    [InlineData("delete from tenancy.audit_log where seq = 5 and tenant_id = '{0}'", 5, "rows at the end are missing")]
    [InlineData("delete from tenancy.audit_log where tenant_id = '{0}'", 5, "rows at the end are missing")]
    [InlineData(
        "update tenancy.audit_log set tenant_id = (select min(tenant_id::text)::uuid from tenancy.audit_log where tenant_id <> '{0}'), seq = 9000 where seq = 5 and tenant_id = '{0}'",
        5, "rows at the end are missing")]
    // The row and its own hash: the next one does not follow any more.
    [InlineData(
        "update tenancy.audit_log l set subject = 'x' where seq = 3 and tenant_id = '{0}'; update tenancy.audit_log l set hash = tenancy.audit_hash(l) where seq = 3 and tenant_id = '{0}'",
        4, "does not follow")]
    public async Task Tampering_by_the_owner_of_the_tables_is_found_and_named(string sql, long place, string what)
    {
        var tenant = await TenantAsync();
        for (var i = 0; i < 5; i++) await WriteAsync(tenant, $"test.row_{i}", """{"n":1}""");
        (await FaultsAsync(tenant)).ShouldBeEmpty();

        await api.ExecuteAsync(Unlocked + string.Format(sql, tenant) + Locked);

        var fault = (await FaultsAsync(tenant)).ShouldHaveSingleItem();
        fault.Seq.ShouldBe(place);
        fault.What.ShouldContain(what);
    }

    [Theory]
    [InlineData("", "written anew")]
    [InlineData("delete from tenancy.audit_log where tenant_id = '{0}' and seq > 2;", "rows at the end are missing: there is a seal")]
    public async Task A_chain_that_was_computed_anew_breaks_its_seal(string cut, string what)
    {
        var tenant = await TenantAsync();
        for (var i = 0; i < 5; i++) await WriteAsync(tenant, $"test.row_{i}", null);
        await api.Service<AuditSeals>().SealAsync(CancellationToken.None);
        (await FaultsAsync(tenant)).ShouldBeEmpty();

        await api.ExecuteAsync(Unlocked + string.Format($$"""
            {{cut}}
            do $$
            declare r tenancy.audit_log; prev bytea := '';
            begin
                update tenancy.audit_log set action = 'test.invented' where tenant_id = '{0}' and seq = 2;
                for r in select * from tenancy.audit_log where tenant_id = '{0}' order by seq loop
                    r.prev_hash := prev; r.hash := tenancy.audit_hash(r); prev := r.hash;
                    update tenancy.audit_log set prev_hash = r.prev_hash, hash = r.hash where id = r.id;
                    update tenancy.audit_heads set seq = r.seq, hash = r.hash where tenant_id = r.tenant_id;
                end loop;
            end $$;
            """, tenant) + Locked);

        (await FaultsAsync(tenant)).ShouldHaveSingleItem().What.ShouldContain(what);
    }

    [Fact]
    public async Task A_seal_that_was_made_without_the_key_is_told_from_a_genuine_one()
    {
        var tenant = await TenantAsync();
        await WriteAsync(tenant, "test.row", null);
        await api.ExecuteAsync($"insert into tenancy.audit_seals (tenant_id, seq, hash, signature) select tenant_id, seq, hash, sha256('guess') from tenancy.audit_log where tenant_id = '{tenant}'");

        (await FaultsAsync(tenant)).ShouldHaveSingleItem().What.ShouldContain("a seal was not made with our key");
    }

    [Fact]
    public async Task The_command_names_the_first_broken_row_and_ends_with_one()
    {
        await using var platform = new Owned();
        await platform.Fixture.InitializeAsync();
        var tenant = Guid.CreateVersion7();
        await PlatformFixture.ExecuteAsync(platform.Fixture.OwnerConnection, $"""
            insert into tenancy.tenants (id, slug, name) values ('{tenant}', '{tenant}', 'Test');
            insert into tenancy.audit_log (id, tenant_id, action) select gen_random_uuid(), '{tenant}', 'test.row' from generate_series(1, 3);
            """);
        using var good = new StringWriter();
        (await TenancyModule.VerifyAuditAsync(platform.Fixture.Configuration, good, CancellationToken.None)).ShouldBe(0);
        good.ToString().ShouldContain("The audit log holds: 3 rows of 1 tenants.");

        await PlatformFixture.ExecuteAsync(platform.Fixture.OwnerConnection,
            Unlocked + "update tenancy.audit_log set action = 'x' where seq = 2");
        using var bad = new StringWriter();

        (await TenancyModule.VerifyAuditAsync(platform.Fixture.Configuration, bad, CancellationToken.None)).ShouldBe(1);
        bad.ToString().ShouldContain($"Tenant {tenant}: the row was changed (place 2, row ");
    }

    [Fact]
    [Trait("Control", "D1")]
    public async Task An_administrator_reads_the_log_of_all_tenants_by_pages_and_nobody_else_finds_it()
    {
        var person = await Person.SignUpAsync(api);
        await person.PostAsync("/api/user/tokens", new { name = "a", scopes = new[] { "read" } });
        var admin = await Person.AdministratorAsync(api);

        (await person.GetAsync("/api/admin/audit")).Status.ShouldBe(HttpStatusCode.NotFound);
        var first = await admin.GetAsync($"/api/admin/audit?tenant_id={person.TenantId}&limit=1");
        var row = first.Json.GetProperty("items")[0];
        row.GetProperty("action").GetString().ShouldBe("token.created");
        row.GetProperty("actor_email").GetString().ShouldBe(person.Email);
        row.GetProperty("hash").GetString()!.Length.ShouldBe(64);
        var second = await admin.GetAsync($"/api/admin/audit?tenant_id={person.TenantId}&limit=1&cursor={first.Text("next_cursor")}");
        second.Json.GetProperty("items")[0].GetProperty("action").GetString().ShouldBe("user.signed_up");
        (await admin.GetAsync("/api/admin/audit?cursor=zz&limit=0&tenant_id=7")).Fields
            .ShouldBe(["tenant_id", "limit", "cursor"], ignoreOrder: true);
    }

    [Fact]
    public async Task Retention_cuts_a_chain_at_a_sealed_row_and_what_is_left_still_proves_itself()
    {
        var tenant = await TenantAsync();
        for (var i = 0; i < 5; i++) await WriteAsync(tenant, $"test.row_{i}", null);
        await api.Service<AuditSeals>().SealAsync(CancellationToken.None);
        for (var i = 5; i < 8; i++) await WriteAsync(tenant, $"test.row_{i}", null);

        await RetainAsync(days: 400);
        (await RowsAsync(tenant)).ShouldBe(8, "nothing is old enough");
        await RetainAsync(days: 400, inDays: 500);

        (await RowsAsync(tenant)).ShouldBe(3);
        (await FaultsAsync(tenant)).ShouldBeEmpty();
        await WriteAsync(tenant, "test.row_8", null);
        (await FaultsAsync(tenant)).ShouldBeEmpty();
        await api.ExecuteAsync(Unlocked + $"delete from tenancy.audit_log where seq = 6 and tenant_id = '{tenant}'" + Locked);
        (await FaultsAsync(tenant)).ShouldHaveSingleItem().What.ShouldContain("rows are missing");
    }

    [Fact]
    public async Task A_chain_that_does_not_hold_is_kept_as_it_is()
    {
        var tenant = await TenantAsync();
        for (var i = 0; i < 5; i++) await WriteAsync(tenant, $"test.row_{i}", null);
        await api.Service<AuditSeals>().SealAsync(CancellationToken.None);
        await api.ExecuteAsync(Unlocked + $"update tenancy.audit_log set action = 'x' where seq = 2 and tenant_id = '{tenant}'" + Locked);

        await RetainAsync(days: 400, inDays: 500);

        (await RowsAsync(tenant)).ShouldBe(5);
        (await FaultsAsync(tenant)).ShouldHaveSingleItem().What.ShouldContain("the row was changed");
    }

    [Fact]
    public async Task A_cut_that_was_made_without_the_key_is_told()
    {
        var tenant = await TenantAsync();
        for (var i = 0; i < 3; i++) await WriteAsync(tenant, $"test.row_{i}", null);
        await api.ExecuteAsync(Unlocked + $"""
            insert into tenancy.audit_cuts (tenant_id, seq, hash, signature)
                select tenant_id, seq, hash, sha256('guess') from tenancy.audit_log where tenant_id = '{tenant}' and seq = 2;
            delete from tenancy.audit_log where tenant_id = '{tenant}' and seq <= 2
            """ + Locked);

        (await FaultsAsync(tenant)).ShouldHaveSingleItem().What.ShouldContain("a cut was not made with our key");
        await api.ExecuteAsync($"delete from tenancy.audit_cuts where tenant_id = '{tenant}'");
    }

    private Task<long> RowsAsync(Guid tenant) =>
        api.ScalarAsync<long>($"select count(*) from tenancy.audit_log where tenant_id = '{tenant}'");

    private async Task RetainAsync(int days, int inDays = 0)
    {
        var seals = api.Service<AuditSeals>();
        await new AuditRetention(api.Platform.Database, new AuditChain(api.Platform.Database, seals), seals,
            Options.Create(new RetentionOptions { AuditDays = days }), new ShiftedClock(TimeSpan.FromDays(inDays)),
            NullLogger<AuditRetention>.Instance)
            .RunAsync(CancellationToken.None);
    }

    private const string Locked =
        "; alter table tenancy.audit_log enable trigger user; alter table tenancy.audit_heads enable trigger user;";

    private async Task<IReadOnlyList<AuditFault>> FaultsAsync(Guid tenant) =>
        [.. (await new AuditChain(api.Platform.Database, api.Service<AuditSeals>()).VerifyAsync(CancellationToken.None)).Faults
            .Where(fault => fault.Tenant == tenant)];

    private async Task<Guid> TenantAsync()
    {
        var tenant = Guid.CreateVersion7();
        await api.ExecuteAsync($"insert into tenancy.tenants (id, slug, name) values ('{tenant}', '{tenant}', 'Test')");
        return tenant;
    }

    private async Task WriteAsync(Guid tenant, string action, string? detail)
    {
        await using NpgsqlConnection connection = await api.Platform.Database.System.OpenConnectionAsync();
        await api.Factory.Services.GetRequiredService<AuditLog>()
            .WriteAsync(new TenantId(tenant), new UserId(tenant), action, "s", detail, connection, CancellationToken.None);
    }

    private sealed class Owned : IAsyncDisposable
    {
        public PlatformFixture Fixture { get; } = new();

        public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();
    }
}
