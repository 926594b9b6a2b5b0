using Npgsql;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>The second wall: what plain SQL of the application's role can reach of identity and accounts.</summary>
[Trait("Control", "T1")]
public sealed class WallTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("tenancy.tenants", "id")]
    [InlineData("tenancy.memberships", "tenant_id")]
    [InlineData("tenancy.audit_log", "tenant_id")]
    public async Task Plain_sql_sees_one_tenant_and_without_a_tenant_nothing(string table, string column)
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));

        (await CountAsync($"select count(*) from {table}", ada.TenantId)).ShouldBeGreaterThan(0);
        (await CountAsync($"select count(*) from {table} where {column} <> '{ada.TenantId}'", ada.TenantId)).ShouldBe(0);
        (await CountAsync($"select count(*) from {table} where {column} = '{eve.TenantId}'", ada.TenantId)).ShouldBe(0);
        (await CountAsync($"select count(*) from {table}", null)).ShouldBe(0);
    }

    [Fact]
    public async Task People_of_other_tenants_are_not_seen_and_nobodys_password_hash_is()
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));

        (await CountAsync($"select count(id) from tenancy.users where id = '{ada.UserId}'", ada.TenantId)).ShouldBe(1);
        (await CountAsync($"select count(id) from tenancy.users where id = '{eve.UserId}'", ada.TenantId)).ShouldBe(0);
        (await RefusedAsync("select count(password_hash) from tenancy.users", ada.TenantId))
            .ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("select count(*) from tenancy.sessions")]
    [InlineData("select count(*) from tenancy.refresh_tokens")]
    [InlineData("select count(*) from tenancy.signing_keys")]
    [InlineData("select count(*) from delivery.push_keys")]
    [InlineData("select count(*) from tenancy.user_tokens")]
    [InlineData("with gone as (delete from tenancy.audit_log returning 1) select count(*) from gone")]
    [InlineData("with changed as (update tenancy.audit_log set action = 'x' returning 1) select count(*) from changed")]
    public async Task What_the_application_has_no_business_with_is_refused(string sql) =>
        (await RefusedAsync(sql, (await Person.SignUpAsync(api)).TenantId)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    [Theory]
    [InlineData("insert into tenancy.memberships (tenant_id, user_id, role) values ('{theirs}', '{me}', 'owner')")]
    [InlineData("insert into tenancy.audit_log (id, tenant_id, action) values (gen_random_uuid(), '{theirs}', 'x')")]
    [InlineData("insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status) values (gen_random_uuid(), '{theirs}', '{me}', 'b', 'n', 'demo', 'x', 'USD', 'active')")]
    public async Task A_row_for_another_tenant_is_refused(string sql)
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var statement = sql.Replace("{theirs}", eve.TenantId.ToString(), StringComparison.Ordinal)
            .Replace("{me}", ada.UserId.ToString(), StringComparison.Ordinal);

        (await RefusedAsync($"with made as ({statement} returning 1) select count(*) from made", ada.TenantId))
            .ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private async Task<string?> RefusedAsync(string sql, Guid tenant) =>
        (await Should.ThrowAsync<PostgresException>(() => CountAsync(sql, tenant))).SqlState;

    private async Task<long> CountAsync(string sql, Guid? tenant)
    {
        await using var connection = await api.Platform.Database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (tenant is { } id)
        {
            await using var set = new NpgsqlCommand($"select set_config('app.tenant', '{id}', true)", connection);
            await set.ExecuteNonQueryAsync();
        }
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
