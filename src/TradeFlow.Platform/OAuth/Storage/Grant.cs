using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore.Models;

namespace TradeFlow.Platform.OAuth.Storage;

/// <summary>What a person has let a program do, in one tenant.</summary>
internal sealed class Grant : OpenIddictEntityFrameworkCoreAuthorization<Guid, App, Token>
{
    public Guid TenantId { get; init; }
    public Guid UserId { get; init; }

    internal static void Map(EntityTypeBuilder<Grant> builder)
    {
        builder.ToTable("grants").HasKey(row => row.Id);
        builder.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        builder.Property(row => row.TenantId).HasColumnName("tenant_id");
        builder.Property(row => row.UserId).HasColumnName("user_id");
        builder.Property<Guid>("AppId").HasColumnName("app_id");
        builder.Property(row => row.CreationDate).HasColumnName("created_at").IsRequired();
        builder.Property(row => row.Type).HasColumnName("type").IsRequired();
        builder.Property(row => row.Status).HasColumnName("status").IsRequired();
        builder.Property(row => row.Subject).HasColumnName("subject").IsRequired();
        builder.Property(row => row.Scopes).HasColumnName("scopes").IsRequired();
        builder.Property(row => row.ConcurrencyToken).HasColumnName("concurrency_token").IsConcurrencyToken();
        builder.Ignore(row => row.Properties);
        builder.HasOne(row => row.Application).WithMany(app => app.Authorizations).HasForeignKey("AppId")
            .OnDelete(DeleteBehavior.ClientNoAction);
    }
}
