using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>The key of an account at rest: hashed to be found, sealed to be shown.</summary>
internal sealed class ApiKey : ITenantOwned
{
    public Guid Id { get; init; }
    public TenantId TenantId { get; init; }
    public AccountId AccountId { get; init; }

    /// <summary>The name of a <see cref="KeyScope"/>.</summary>
    public required string Scope { get; init; }
    public required byte[] KeyHash { get; init; }
    public required byte[] KeySealed { get; init; }
    public required string Masked { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder)
        {
            builder.ToTable("api_keys", "accounts").HasKey(row => row.Id);
            builder.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            builder.Property(row => row.TenantId).HasColumnName("tenant_id");
            builder.Property(row => row.AccountId).HasColumnName("account_id");
            builder.Property(row => row.Scope).HasColumnName("scope");
            builder.Property(row => row.KeyHash).HasColumnName("key_hash");
            builder.Property(row => row.KeySealed).HasColumnName("key_sealed");
            builder.Property(row => row.Masked).HasColumnName("masked");
            builder.Property(row => row.CreatedAt).HasColumnName("created_at");
        }
    }
}
