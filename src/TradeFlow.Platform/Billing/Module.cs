using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Billing;

public static class BillingModule
{
    public static TBuilder AddBillingApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<PlanCatalogue>();
        builder.Services.AddSingleton<Entitlements>();
        builder.Services.AddSingleton<IPlanFacts, StoredPlanFacts>();
        return builder;
    }
}
