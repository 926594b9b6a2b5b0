using Npgsql;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

[Trait("Control", "T1")]
public sealed class TenantWallTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Every_table_with_a_tenant_is_behind_forced_row_level_security_with_a_check()
    {
        var open = await ListAsync("""
            select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition
              and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
              and not (c.relrowsecurity and c.relforcerowsecurity
                       and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polwithcheck is not null and 'tradeflow_app'::regrole = any (p.polroles)))
            """);

        open.ShouldBeEmpty("call kernel.protect('schema.table') in the migration");
    }

    [Fact]
    public async Task Every_table_with_an_account_is_behind_the_wall_of_accounts_too()
    {
        var open = await ListAsync("""
            select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition
              and (exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname in ('account_id', 'accounts', 'order_id') and not a.attisdropped)
                   or c.oid = 'accounts.accounts'::regclass)
              and n.nspname <> 'tenancy'
              and not exists (select 1 from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*' and p.polwithcheck is not null
                              and pg_get_expr(p.polqual, p.polrelid) like '%are_listed%' and 'tradeflow_app'::regrole = any (p.polroles))
            """);

        open.ShouldBeEmpty("call kernel.protect_accounts('schema.table') in the migration");
    }

    [Fact]
    public async Task No_partition_can_be_reached_past_the_wall_of_its_table()
    {
        var reachable = await ListAsync("""
            select c.oid::regclass::text from pg_class c
            where c.relispartition and (has_table_privilege('tradeflow_app', c.oid, 'select') or has_table_privilege('tradeflow_app', c.oid, 'insert'))
            """);

        reachable.ShouldBeEmpty();
    }

    [Fact]
    public async Task Neither_role_owns_a_table_or_passes_row_level_security()
    {
        (await ListAsync(
            "select rolname::text from pg_roles where rolname in ('tradeflow_app', 'tradeflow_system') and (rolbypassrls or rolsuper or rolcreaterole)"))
            .ShouldBeEmpty();
        (await ListAsync(
            "select c.oid::regclass::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ('tradeflow_app', 'tradeflow_system')"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_tenant_every_table_is_empty_and_with_one_only_its_rows_show()
    {
        var (mine, theirs) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var system = await platform.Database.System.OpenConnectionAsync())
            foreach (var tenant in new[] { mine, theirs })
                await ExecuteAsync(system, $"insert into tenancy.tenants (id, slug, name) values ('{tenant}', 't{tenant:N}', 'T'); select billing.start_trial('{tenant}')");

        await using var app = await platform.Database.App.OpenConnectionAsync();
        (await CountAsync(app, "select count(*) from billing.billing_status")).ShouldBe(0);
        await using var transaction = await app.BeginTransactionAsync();
        await ExecuteAsync(app, $"select set_config('app.tenant', '{mine}', true)");
        (await CountAsync(app, "select count(*) from billing.billing_status")).ShouldBe(1);
        (await CountAsync(app, $"select count(*) from billing.billing_status where tenant_id = '{theirs}'")).ShouldBe(0);
        var refused = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(app,
            $"insert into live.notifications (id, tenant_id, severity, kind, text) values (gen_random_uuid(), '{theirs}', 'info', 'k', 't')"));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_pooled_connection_does_not_carry_a_tenant_on()
    {
        var tenant = Guid.NewGuid();
        await using (var system = await platform.Database.System.OpenConnectionAsync())
            await ExecuteAsync(system, $"insert into tenancy.tenants (id, slug, name) values ('{tenant}', 't{tenant:N}', 'T')");
        for (var round = 0; round < 50; round++)
        {
            await using var app = await platform.Database.App.OpenConnectionAsync();
            (await CountAsync(app, "select count(*) from tenancy.tenants")).ShouldBe(0);
            await using var transaction = await app.BeginTransactionAsync();
            await ExecuteAsync(app, $"select set_config('app.tenant', '{tenant}', true)");
            (await CountAsync(app, "select count(*) from tenancy.tenants")).ShouldBe(1);
            if (round % 2 == 0) await transaction.CommitAsync();
        }
    }

    private async Task<List<string>> ListAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(platform.OwnerConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!; // count(*) is never null
    }
}
