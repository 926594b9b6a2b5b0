using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore.Models;

namespace TradeFlow.Platform.OAuth.Storage;

/// <summary>A code or a token. Its tenant is set by the database, which knows the grant.</summary>
internal sealed class Token : OpenIddictEntityFrameworkCoreToken<Guid, App, Grant>
{
    internal static void Map(EntityTypeBuilder<Token> builder)
    {
        builder.ToTable("tokens").HasKey(row => row.Id);
        builder.Property(row => row.Id).HasColumnName("id");
        builder.Property<Guid?>("AppId").HasColumnName("app_id");
        builder.Property<Guid?>("GrantId").HasColumnName("grant_id");
        builder.Property(row => row.Type).HasColumnName("type");
        builder.Property(row => row.Status).HasColumnName("status");
        builder.Property(row => row.Subject).HasColumnName("subject");
        builder.Property(row => row.CreationDate).HasColumnName("created_at");
        builder.Property(row => row.ExpirationDate).HasColumnName("expires_at");
        builder.Property(row => row.RedemptionDate).HasColumnName("redeemed_at");
        builder.Property(row => row.ReferenceId).HasColumnName("reference_id");
        builder.Property(row => row.Payload).HasColumnName("payload");
        builder.Property(row => row.Properties).HasColumnName("properties");
        builder.Property(row => row.ConcurrencyToken).HasColumnName("concurrency_token").IsConcurrencyToken();
        builder.HasOne(row => row.Application).WithMany(app => app.Tokens).HasForeignKey("AppId").OnDelete(DeleteBehavior.ClientNoAction);
        builder.HasOne(row => row.Authorization).WithMany(grant => grant.Tokens).HasForeignKey("GrantId")
            .OnDelete(DeleteBehavior.ClientNoAction);
    }
}
