using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.PersonalTokens;

/// <summary>A token that a person made for a program.</summary>
internal sealed class PersonalToken : ITenantOwned
{
    public Guid Id { get; init; }
    public TenantId TenantId { get; init; }
    public UserId UserId { get; init; }
    public required string Name { get; init; }
    public required byte[] TokenHash { get; init; }
    public required string Masked { get; init; }
    public required string[] Scopes { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? LastUsed { get; init; }
    public string? LastUsedAddress { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PersonalToken>
    {
        public void Configure(EntityTypeBuilder<PersonalToken> builder)
        {
            builder.ToTable("personal_tokens", "tenancy").HasKey(row => row.Id);
            builder.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            builder.Property(row => row.TenantId).HasColumnName("tenant_id");
            builder.Property(row => row.UserId).HasColumnName("user_id");
            builder.Property(row => row.Name).HasColumnName("name");
            builder.Property(row => row.TokenHash).HasColumnName("token_hash");
            builder.Property(row => row.Masked).HasColumnName("masked");
            builder.Property(row => row.Scopes).HasColumnName("scopes");
            builder.Property(row => row.CreatedAt).HasColumnName("created_at");
            builder.Property(row => row.ExpiresAt).HasColumnName("expires_at");
            builder.Property(row => row.LastUsed).HasColumnName("last_used");
            builder.Property(row => row.LastUsedAddress).HasColumnName("last_used_address");
            builder.Property(row => row.RevokedAt).HasColumnName("revoked_at");
        }
    }
}
