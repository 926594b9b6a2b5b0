using Microsoft.AspNetCore.Identity;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>A person. Lock-out is kept apart (<c>sign_in_locks</c>), because it must work the same for addresses that nobody has.</summary>
internal sealed class User : IdentityUser<Guid>
{
    public required string Name { get; set; }

    /// <summary><c>user</c> or <c>admin</c>: the role on the platform, not in a tenant.</summary>
    public string Role { get; set; } = "user";

    public long TotpStep { get; set; }

    public Guid? DefaultTenant { get; set; }

    /// <summary>When the address was proven.</summary>
    public DateTimeOffset? VerifiedAt { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
