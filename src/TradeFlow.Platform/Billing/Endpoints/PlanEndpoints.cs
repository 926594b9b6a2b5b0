using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>The plans, and where the caller's tenant stands with its own.</summary>
internal static class PlanEndpoints
{
    /// <param name="Plan">Stable name.</param>
    /// <param name="Name">What people call it.</param>
    /// <param name="PriceId">For <c>POST /api/billing/checkout</c>; <c>null</c> when it is not sold.</param>
    /// <param name="Price">Per month.</param>
    internal sealed record PlanView(string Plan, string Name, string? PriceId, decimal Price, string Currency, LimitsView Limits);

    /// <summary><c>null</c> is no limit.</summary>
    internal sealed record LimitsView(int? Brokers, int? AccountsPerBroker, int? Strategies, int? Trades);

    /// <param name="Status">As Stripe calls it; <c>trialing</c> before there is a subscription.</param>
    /// <param name="GraceEndsAt">While a payment is overdue: from when on entries are refused.</param>
    /// <param name="Configured">Whether plans can be bought on this installation.</param>
    /// <param name="CanManage">Whether there is a customer to open the portal for.</param>
    internal sealed record StatusView(
        string Status, string Plan, DateTimeOffset? CurrentPeriodEnd, bool CancelAtPeriodEnd, string? PriceId, DateTimeOffset? TrialEndsAt,
        DateTimeOffset? GraceEndsAt, bool Configured, bool CanManage);

    internal static Ok<List<PlanView>> List(PlanCatalogue plans) =>
        TypedResults.Ok(plans.All.Select(
            plan => new PlanView(plan.Slug, plan.Name, plan.PriceId, plan.Price, plan.Currency, ViewOf(plan.Limits))).ToList());

    internal static LimitsView ViewOf(PlanLimits limits) => new(limits.Brokers, limits.AccountsPerBroker, limits.Strategies, limits.Trades);

    internal static async Task<Ok<StatusView>> Status(
        TenantDb db, TenantContext tenant, Entitlements entitlements, StripeOptions options, CancellationToken ct) =>
        TypedResults.Ok(await db.RunSqlAsync(async connection =>
        {
            var entitlement = await entitlements.FindAsync(tenant.Tenant, connection, ct);
            await using var command =
                new NpgsqlCommand(
                    "select status, plan, current_period_end, cancel_at_period_end, price_id, stripe_customer_id is not null from billing.billing_status",
                    connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct); // the entitlement was read from the same row
            return new StatusView(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2)
                ? null : reader.GetFieldValue<DateTimeOffset>(2), reader.GetBoolean(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                entitlement.TrialEndsAt, entitlement.Status == "past_due" ? entitlement.EntriesEndAt : null, options.IsConfigured,
                options.IsConfigured && reader.GetBoolean(5));
        }, ct));
}
