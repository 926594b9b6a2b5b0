using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>
/// The tables behind <see cref="UserManager{TUser}"/>. Log-in happens before any tenant is known, so it speaks as the system role.
/// </summary>
internal sealed class IdentityDb(DbContextOptions<IdentityDb> options) : DbContext(options)
{
    /// <summary>The connection for statements that must share a transaction with the user's row.</summary>
    public NpgsqlConnection Connection => (NpgsqlConnection)Database.GetDbConnection();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("tenancy");
        var user = modelBuilder.Entity<User>();
        user.ToTable("users").HasKey(row => row.Id);
        user.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        user.Property(row => row.Email).HasColumnName("email").IsRequired();
        user.Property(row => row.NormalizedEmail).HasColumnName("normalized_email").IsRequired();
        user.HasIndex(row => row.NormalizedEmail).IsUnique();
        user.Property(row => row.Name).HasColumnName("name");
        user.Property(row => row.PasswordHash).HasColumnName("password_hash").IsRequired();
        user.Property(row => row.SecurityStamp).HasColumnName("security_stamp").IsRequired();
        user.Property(row => row.ConcurrencyStamp).HasColumnName("concurrency_stamp").IsConcurrencyToken();
        user.Property(row => row.TwoFactorEnabled).HasColumnName("two_factor_enabled");
        user.Property(row => row.TotpStep).HasColumnName("totp_step");
        user.Property(row => row.Role).HasColumnName("role");
        user.Property(row => row.DefaultTenant).HasColumnName("default_tenant");
        user.Property(row => row.VerifiedAt).HasColumnName("verified_at");
        user.Property(row => row.DisabledAt).HasColumnName("disabled_at");
        user.Property(row => row.CreatedAt).HasColumnName("created_at");
        user.Ignore(row => row.UserName).Ignore(row => row.NormalizedUserName).Ignore(row => row.EmailConfirmed);
        user.Ignore(row => row.PhoneNumber).Ignore(row => row.PhoneNumberConfirmed);
        user.Ignore(row => row.LockoutEnabled).Ignore(row => row.LockoutEnd).Ignore(row => row.AccessFailedCount);

        var token = modelBuilder.Entity<IdentityUserToken<Guid>>();
        token.ToTable("user_tokens").HasKey(row => new { row.UserId, row.LoginProvider, row.Name });
        token.Property(row => row.UserId).HasColumnName("user_id");
        token.Property(row => row.LoginProvider).HasColumnName("login_provider");
        token.Property(row => row.Name).HasColumnName("name");
        token.Property(row => row.Value).HasColumnName("value");
    }
}
