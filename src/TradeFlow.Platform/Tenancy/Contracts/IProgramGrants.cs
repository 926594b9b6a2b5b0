using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Contracts;

/// <summary>What a sound access token of a program says of itself.</summary>
/// <param name="Id">Of the token, by which it is cut off.</param>
/// <param name="Scope">The widest of <see cref="TokenScopes"/> that it has; empty: none.</param>
internal sealed record ProgramToken(Guid Id, string Scope, DateTimeOffset Ends);

/// <summary>Whom a program acts for, as the database says now.</summary>
/// <param name="User">The person; the program itself where it acts for its own tenant.</param>
/// <param name="Accounts">Those that the person sees; all where the program acts for itself.</param>
internal sealed record ProgramCaller(Guid User, Guid Tenant, string TenantRole, AccountScope Accounts, string PlatformRole);

/// <summary>Access tokens that were granted to programs. The module that grants them, which stands on Tenancy, implements it.</summary>
internal interface IProgramGrants
{
    /// <returns><c>null</c> for what is no such token, or has ended.</returns>
    Task<ProgramToken?> ReadAsync(string token, CancellationToken ct);

    /// <returns><c>null</c> when the token was cut off, or nobody stands behind it any more.</returns>
    Task<ProgramCaller?> CallerAsync(Guid token, CancellationToken ct);
}
