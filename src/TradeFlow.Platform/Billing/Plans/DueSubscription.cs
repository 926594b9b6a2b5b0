using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>A marked subscription that this process may fetch while its lease lasts.</summary>
internal sealed record DueSubscription(string Id, long Wanted, Guid Lease, TenantId? Tenant, TenantId? NamedTenant);
