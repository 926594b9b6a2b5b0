using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore.Models;

namespace TradeFlow.Platform.OAuth.Storage;

/// <summary>A program that a tenant has made known.</summary>
internal sealed class App : OpenIddictEntityFrameworkCoreApplication<Guid, Grant, Token>
{
    public Guid TenantId { get; init; }
    public Guid CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether people of other tenants may let it in.</summary>
    public bool Published { get; init; }

    internal static void Map(EntityTypeBuilder<App> builder)
    {
        builder.ToTable("apps").HasKey(row => row.Id);
        builder.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        builder.Property(row => row.TenantId).HasColumnName("tenant_id");
        builder.Property(row => row.CreatedBy).HasColumnName("created_by");
        builder.Property(row => row.CreatedAt).HasColumnName("created_at");
        builder.Property(row => row.Published).HasColumnName("published");
        builder.Property(row => row.ClientId).HasColumnName("client_id").IsRequired();
        builder.Property(row => row.DisplayName).HasColumnName("display_name").IsRequired();
        builder.Property(row => row.ClientSecret).HasColumnName("client_secret");
        builder.Property(row => row.ClientType).HasColumnName("client_type").IsRequired();
        builder.Property(row => row.ApplicationType).HasColumnName("application_type").IsRequired();
        builder.Property(row => row.ConsentType).HasColumnName("consent_type").IsRequired();
        builder.Property(row => row.RedirectUris).HasColumnName("redirect_uris");
        builder.Property(row => row.Permissions).HasColumnName("permissions");
        builder.Property(row => row.Requirements).HasColumnName("requirements");
        builder.Property(row => row.ConcurrencyToken).HasColumnName("concurrency_token").IsConcurrencyToken();
        builder.Ignore(row => row.DisplayNames).Ignore(row => row.JsonWebKeySet).Ignore(row => row.PostLogoutRedirectUris)
            .Ignore(row => row.Properties).Ignore(row => row.Settings);
    }
}
