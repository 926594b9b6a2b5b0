using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>A person's place in a tenant.</summary>
internal sealed class Membership : ITenantOwned
{
    public TenantId TenantId { get; init; }
    public UserId UserId { get; init; }
    public required string Role { get; init; }

    /// <summary>The accounts that they see and trade; <c>null</c> is all of them. An owner always sees all.</summary>
    public Guid[]? Accounts { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Membership>
    {
        public void Configure(EntityTypeBuilder<Membership> builder)
        {
            builder.ToTable("memberships", "tenancy").HasKey(row => new { row.TenantId, row.UserId });
            builder.Property(row => row.TenantId).HasColumnName("tenant_id");
            builder.Property(row => row.UserId).HasColumnName("user_id");
            builder.Property(row => row.Role).HasColumnName("role");
            builder.Property(row => row.Accounts).HasColumnName("accounts");
            builder.Property(row => row.CreatedAt).HasColumnName("created_at");
        }
    }
}

/// <summary>What members may know of each other: row-level security shows the people of the tenant and these columns only.</summary>
internal sealed class Person
{
    public UserId Id { get; init; }
    public required string Email { get; init; }
    public required string NormalizedEmail { get; init; }
    public required string Name { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Person>
    {
        public void Configure(EntityTypeBuilder<Person> builder)
        {
            builder.ToTable("users", "tenancy").HasKey(row => row.Id);
            builder.Property(row => row.Id).HasColumnName("id");
            builder.Property(row => row.Email).HasColumnName("email");
            builder.Property(row => row.NormalizedEmail).HasColumnName("normalized_email");
            builder.Property(row => row.Name).HasColumnName("name");
        }
    }
}

/// <summary>An open door for one e-mail address.</summary>
internal sealed class Invitation : ITenantOwned
{
    public Guid Id { get; init; }
    public TenantId TenantId { get; init; }
    public required string Email { get; init; }
    public required string NormalizedEmail { get; init; }
    public required string Role { get; init; }

    /// <summary>As of a member.</summary>
    public Guid[]? Accounts { get; init; }
    public required byte[] TokenHash { get; init; }
    public UserId InvitedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Invitation>
    {
        public void Configure(EntityTypeBuilder<Invitation> builder)
        {
            builder.ToTable("invitations", "tenancy").HasKey(row => row.Id);
            builder.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            builder.Property(row => row.TenantId).HasColumnName("tenant_id");
            builder.Property(row => row.Email).HasColumnName("email");
            builder.Property(row => row.NormalizedEmail).HasColumnName("normalized_email");
            builder.Property(row => row.Role).HasColumnName("role");
            builder.Property(row => row.Accounts).HasColumnName("accounts");
            builder.Property(row => row.TokenHash).HasColumnName("token_hash");
            builder.Property(row => row.InvitedBy).HasColumnName("invited_by");
            builder.Property(row => row.CreatedAt).HasColumnName("created_at");
            builder.Property(row => row.ExpiresAt).HasColumnName("expires_at");
            builder.Property(row => row.AcceptedAt).HasColumnName("accepted_at");
        }
    }
}
