using Microsoft.EntityFrameworkCore;

namespace TradeFlow.Platform.Kernel;

/// <summary>A row that belongs to a tenant: the query filter below and row-level security both keep it there.</summary>
internal interface ITenantOwned
{
    TenantId TenantId { get; }
}

/// <summary>
/// The model of all modules; each maps its own entities beside them (<see cref="IEntityTypeConfiguration{TEntity}"/>). Open it through
/// <see cref="TenantDb"/>: outside a transaction that names a tenant every tenant-owned table is empty.
/// </summary>
internal sealed class TradeFlowDb(DbContextOptions<TradeFlowDb> options, TenantContext tenant) : DbContext(options)
{
    public TenantId Tenant => tenant.Tenant;

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.ApplyConfigurationsFromAssembly(typeof(TradeFlowDb).Assembly);
        foreach (var type in model.Model.GetEntityTypes().Select(entity => entity.ClrType).Where(typeof(ITenantOwned).IsAssignableFrom))
            typeof(TradeFlowDb).GetMethod(nameof(Wall), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
                .MakeGenericMethod(type).Invoke(this, [model]); // the method stands below
    }

    private void Wall<T>(ModelBuilder model) where T : class, ITenantOwned =>
        model.Entity<T>().HasQueryFilter("tenant", row => row.TenantId == Tenant);

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        conventions.Properties<TenantId>().HaveConversion<TenantIdConverter>();
        conventions.Properties<UserId>().HaveConversion<UserIdConverter>();
        conventions.Properties<AccountId>().HaveConversion<AccountIdConverter>();
        conventions.Properties<WebhookId>().HaveConversion<WebhookIdConverter>();
        conventions.Properties<OrderId>().HaveConversion<OrderIdConverter>();
        conventions.Properties<PositionId>().HaveConversion<PositionIdConverter>();
    }

    private sealed class TenantIdConverter() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<TenantId, Guid>(
        id => id.Value, value => new TenantId(value));
    private sealed class UserIdConverter()
        : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<UserId, Guid>(id => id.Value, value => new UserId(value));
    private sealed class AccountIdConverter() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<AccountId, Guid>(
        id => id.Value, value => new AccountId(value));
    private sealed class WebhookIdConverter() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<WebhookId, Guid>(
        id => id.Value, value => new WebhookId(value));
    private sealed class OrderIdConverter()
        : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<OrderId, Guid>(id => id.Value, value => new OrderId(value));
    private sealed class PositionIdConverter() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<PositionId, Guid>(
        id => id.Value, value => new PositionId(value));
}
