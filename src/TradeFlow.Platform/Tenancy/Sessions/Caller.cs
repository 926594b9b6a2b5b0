using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// Who stands behind a credential, as the database says now: a change of role or accounts or a log-out counts without waiting for a new
/// token.
/// </summary>
/// <param name="Accounts">Which of the tenant's accounts they see.</param>
/// <param name="SecondFactor">Whether the session has proven a second factor that is still on.</param>
internal sealed record Caller(
    Guid User, Guid Tenant, string TenantRole, AccountScope Accounts, string PlatformRole, Guid? Session, string Scope, bool SecondFactor);
