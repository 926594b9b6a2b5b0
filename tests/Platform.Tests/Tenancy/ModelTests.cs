using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.OAuth.Storage;
using TradeFlow.Platform.Tenancy.Users;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

public sealed class ModelTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Every_mapped_column_is_in_the_schema_with_its_type_and_nullability()
    {
        using var app = new TradeFlowDb(new DbContextOptionsBuilder<TradeFlowDb>().UseNpgsql(platform.Database.App).Options,
            new TenantContext());
        using var identity = new IdentityDb(new DbContextOptionsBuilder<IdentityDb>().UseNpgsql(platform.Database.System).Options);
        using var programs = new OAuthDb(new DbContextOptionsBuilder<OAuthDb>().UseNpgsql(platform.Database.System).Options);
        var real = await ColumnsAsync();

        var mapped = Mapped(app.Model).Concat(Mapped(identity.Model)).Concat(Mapped(programs.Model)).ToList();

        mapped.Count.ShouldBeGreaterThan(40);
        mapped.Where(column => real.GetValueOrDefault(column.Name) != column.Shape)
            .Select(column => $"{column.Name}: model {column.Shape}, schema {real.GetValueOrDefault(column.Name, "has none")}")
            .ShouldBeEmpty();
    }

    [Fact]
    [Trait("Control", "T1")]
    public void Every_entity_with_a_tenant_is_behind_the_query_filter()
    {
        using var app = new TradeFlowDb(new DbContextOptionsBuilder<TradeFlowDb>().UseNpgsql(platform.Database.App).Options,
            new TenantContext());

        app.Model.GetEntityTypes().Where(entity => entity.FindProperty("TenantId") is not null
            && entity.GetDeclaredQueryFilters().Count == 0).Select(entity => entity.Name).ShouldBeEmpty();
    }

    private static IEnumerable<(string Name, string Shape)> Mapped(IModel model) =>
        from entity in model.GetEntityTypes()
        let table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)
        where table is not null
        from property in entity.GetProperties()
        select ($"{entity.GetSchema()}.{entity.GetTableName()}.{property.GetColumnName(table.Value)}",
            $"{property.GetColumnType()} {(property.IsNullable ? "null" : "not null")}");

    private async Task<Dictionary<string, string>> ColumnsAsync()
    {
        Dictionary<string, string> columns = [];
        await using var command = platform.Database.System.CreateCommand("""
            select format('%s.%s.%s', n.nspname, c.relname, a.attname), format('%s %s', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' else 'null' end)
            from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
            where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and n.nspname not like 'pg_%'
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) columns[reader.GetString(0)] = reader.GetString(1);
        return columns;
    }
}
