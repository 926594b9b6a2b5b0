using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Billing.Endpoints;
using TradeFlow.Platform.Billing.Events;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Billing;

public static class BillingModule
{
    public static TBuilder AddBillingApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddSingleton<PlanCatalogue>();
        services.AddSingleton<Entitlements>();
        services.AddSingleton<TrialUse>();
        services.AddSingleton<IPlanFacts, StoredPlanFacts>();
        services.AddSingleton<StripeOptions>();
        services.AddSingleton<StripeApi>();
        services.AddSingleton<ReturnAddresses>();
        services.AddSingleton<PlanChanges>();
        services.AddSingleton<ReceiveStripeEvent>();
        services.AddSingleton<SubscriptionInbox>();
        services.AddSingleton<CatchUp>();
        services.AddHostedService(provider => provider.GetRequiredService<SubscriptionInbox>());
        services.AddHostedService(provider => provider.GetRequiredService<CatchUp>());
        services.AddSingleton<LeavingSubscriptions>();
        services.AddHostedService(provider => provider.GetRequiredService<LeavingSubscriptions>());
        services.AddScoped<StripeCalls>();
        services.AddScoped<CustomerOfTenant>();
        services.AddScoped<RunningSubscription>();
        services.AddScoped<Checkout>();
        return builder;
    }

    public static TBuilder AddBillingWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        // Longer than Stripe can send an event again, and than a key can be of use.
        services.AddSweep("billing.stripe_events", every: TimeSpan.FromHours(1), where: "received_at < $1 - interval '90 days'");
        services.AddSweep("billing.stripe_calls", every: TimeSpan.FromHours(1), where: "created_at < $1 - interval '90 days'");
        services.TryAddSingleton<PlanCatalogue>();
        services.AddRecurringJob<TrialEndings>();
        services.AddKeptTable("billing.billing_status", "one row for each tenant");
        services.AddKeptTable("billing.usage_counters", "one row for each tenant");
        services.AddKeptTable("billing.subscriptions", "one row for each subscription that was ever sold");
        services.AddKeptTable("billing.spent_trials", "one row for each broker log-in whose trial was had by a tenant that is gone");
        services.AddExported("billing.billing_status", "billing", "reread_at");
        services.AddExported("billing.usage_counters", "usage");
        services.AddExported("billing.subscriptions", "subscriptions", "lease", "lease_until", "wanted", "seen", "due_at", "attempts");
        services.AddNotExported("billing.stripe_calls", "calls on their way to the payment provider");
        return builder;
    }

    public static void MapBilling(this IEndpointRouteBuilder app)
    {
        var billing = app.MapGroup("/api/billing").WithTags("Billing");
        billing.MapGet("/plans", PlanEndpoints.List).WithName("ListPlans").WithSummary("The plans").WithDescription(
            "The smallest first, with their limits; null is no limit. A plan without price_id is not sold.").AllowAnonymous();
        billing.MapGet("/usage", Usage.Get).WithName("GetUsage").WithSummary("How much of your plan is used")
            .WithDescription(
                "Trades, the trial's exact end, brokers and accounts, and whether new trades are let through. Closing positions always works.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        billing.MapGet("/status", PlanEndpoints.Status).WithName("GetBillingStatus").WithSummary("Your subscription")
            .WithDescription("As Stripe last told.").RequireAuthorization(TradeFlowPolicies.Read);
        billing.MapPost("/checkout", Checkout.Handle).WithName("OpenCheckout").WithSummary("Buy a plan")
            .WithDescription("Answers the address of Stripe's Checkout. success_url and cancel_url must be on this site or on an allowed origin. Coming back grants nothing by itself: the plan follows from Stripe's word, " +
                "usually within seconds. 409 billing.not_configured without a key, 409 billing.already_subscribed beside a running subscription, 503 billing.stripe_unavailable when Stripe is away.")
            .RequireAuthorization(TradeFlowPolicies.Owner);
        billing.MapPost("/portal", Portal.Handle).WithName("OpenPortal").WithSummary("Manage your subscription")
            .WithDescription(
                "Answers the address of Stripe's customer portal: payment method, invoices, another plan, the end. 409 billing.no_customer before the first purchase.")
            .RequireAuthorization(TradeFlowPolicies.Owner);
        billing.MapPatch("/accounts", Usage.Choose).WithName("ChooseAccounts").WithSummary("Choose the accounts that your plan covers")
            .WithDescription(
                "When there are more accounts than the plan has, the chosen ones come first, then the oldest. The others can close positions, and not open new ones; nothing is deleted.")
            .RequireAuthorization(TradeFlowPolicies.Owner);
        billing.MapPost("/webhook", ReceiveStripeEvent.Handle).WithName("ReceiveStripeEvent").WithSummary("Events of Stripe")
            .WithDescription(
                "Signed by Stripe (Stripe-Signature), at most 300 s old. 400 billing.bad_signature otherwise. An event that came before is answered 200 again.")
            .Accepts<object>("application/json").AllowAnonymous();
    }
}
