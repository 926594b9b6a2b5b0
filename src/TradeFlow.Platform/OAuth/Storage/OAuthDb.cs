using Microsoft.EntityFrameworkCore;

namespace TradeFlow.Platform.OAuth.Storage;

/// <summary>
/// The tables behind OpenIddict. Which tenant a program works for is known only from them, so it speaks as the system role; what owners and
/// people see of their own goes through the wall.
/// </summary>
internal sealed class OAuthDb(DbContextOptions<OAuthDb> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("oauth");
        App.Map(modelBuilder.Entity<App>());
        Grant.Map(modelBuilder.Entity<Grant>());
        Token.Map(modelBuilder.Entity<Token>());
    }
}
