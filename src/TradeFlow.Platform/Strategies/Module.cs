using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Strategies.Following;
using TradeFlow.Platform.Strategies.Keys;
using TradeFlow.Platform.Strategies.Publishing;
using TradeFlow.Platform.Strategies.Record;
using TradeFlow.Platform.Strategies.Signals;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Members;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Strategies;

/// <summary>Sources of signals with an address of their own, and the accounts that follow them.</summary>
public static class StrategiesModule
{
    public static TBuilder AddStrategiesApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        AddSealedColumns(services);
        services.AddSingleton<StrategyKeys>();
        services.AddSingleton<StrategyDirectory>();
        services.AddSingleton<StrategyStore>();
        services.AddSingleton<StrategyStats>();
        services.AddScoped<StrategyReads>();
        services.AddSingleton<RecordAccounts>();
        return builder;
    }

    public static TBuilder AddStrategiesWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        AddSealedColumns(builder.Services);
        builder.Services.AddKeptTable("strategies.strategies", "made by hand; the history of a deleted one names it");
        builder.Services.AddKeptTable("strategies.keys", "one row for each strategy");
        builder.Services.AddKeptTable("strategies.activations", "one row for each account and strategy");
        builder.Services.AddAgeLimit("strategies.signals", "received_at", retention => retention.LogDays);
        builder.Services.AddSweep("strategies.dedupe", TimeSpan.FromMinutes(10), "expires_at < $1");
        builder.Services.AddExported("strategies.strategies", "strategies");
        builder.Services.AddExported("strategies.activations", "strategy_activations");
        builder.Services.AddExported("strategies.signals", "strategy_signals");
        builder.Services.AddNotExported("strategies.keys", "keys: they never leave");
        builder.Services.AddNotExported("strategies.dedupe", "for minutes, what came before; the signals have it");
        return builder;
    }

    private static void AddSealedColumns(IServiceCollection services) => services.AddSealedColumns(
        new SealedColumn("strategies.keys", "key_sealed", "tenant_id", "'strategy:' || tenant_id || ':' || strategy_id || ':key'"));

    public static void MapStrategies(this IEndpointRouteBuilder app)
    {
        var strategies = app.MapGroup("/api/strategies").WithTags("Strategies");
        strategies.MapGet("", StrategyEndpoints.List).WithName("ListStrategies").WithSummary("Strategies that you can follow")
            .WithDescription("The published ones and your own private ones, each with your accounts that follow it. webhook_url holds the key: it is there for the owner alone, " +
                "and for none who sees some of the accounts: its signals go to others too. stats is what a paper account has made that follows every published strategy from its first signal on.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        strategies.MapGet("/{id:guid}", StrategyEndpoints.Get).WithName("GetStrategy").WithSummary("One strategy")
            .WithDescription("As in the list.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        strategies.MapPost("", StrategyEndpoints.Create).WithName("CreateStrategy").WithSummary("Make a private strategy")
            .WithDescription("One address for one alert, whose signals go to each of your accounts that you activate for it. Making and changing them is for who sees all accounts.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts();
        strategies.MapPatch("/{id:guid}", StrategyEndpoints.Change).WithName("ChangeStrategy").WithSummary("Change a private strategy")
            .WithDescription("A field that is left out stays. What was traded under the old name stays under it.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts();
        strategies.MapDelete("/{id:guid}", StrategyEndpoints.Delete).WithName("DeleteStrategy").WithSummary("Delete a private strategy")
            .WithDescription("Its address answers 401 from this moment. What accounts hold of it stays open: close it by hand.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts();
        strategies.MapPost("/{id:guid}/regenerate-key", StrategyEndpoints.RegenerateKey).WithName("RegenerateStrategyKey")
            .WithSummary("Make a new address")
            .WithDescription("The old one answers 401 from this moment. Of a published strategy only administrators may. 403 auth.confirm_required when your " +
                "log-in is some minutes old.").RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts().RequireFreshProof();
        strategies.MapGet("/{id:guid}/signals", SignalList.List).WithName("ListStrategySignals")
            .WithSummary("The signals of your strategy, newest first")
            .WithDescription(
                "How many accounts each has reached, and what came of them: counts by outcome, never whose; for who sees all accounts.")
            .RequireAuthorization(TradeFlowPolicies.Read).RequireAllAccounts();
        strategies.MapPost("/{id:guid}/activate", Activations.Activate).WithName("ActivateStrategy")
            .WithSummary("Let an account follow a strategy")
            .WithDescription("size is a quantity in the broker's unit or {mode, value}, in place of the signal's; else the signal's own, times multiplier. The account's own rules and plan decide on " +
                "each entry. 402 plan.limit_reached when the plan has no more strategies; one that several accounts follow counts once.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
        strategies.MapPatch("/{id:guid}/activations/{activationId:guid}", Activations.Change).WithName("ChangeActivation")
            .WithSummary("Switch it off or on, or change its size")
            .WithDescription("Switched off it enters nothing, and gets out of what it holds. size null takes the signal's own size again.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
        strategies.MapDelete("/{id:guid}/activations/{activationId:guid}", Activations.Deactivate).WithName("DeactivateStrategy")
            .WithSummary("Stop following")
            .WithDescription("Nothing more is entered. Exits of the strategy reach the account for as long as it holds something of it.")
            .RequireAuthorization(TradeFlowPolicies.Trade);

        var admin = app.MapGroup("/api/admin/strategies").WithTags("Administration").RequireAuthorization(TradeFlowPolicies.Admin)
            .RequireFreshProof();
        const string hidden = " Administrators only; 404 for everybody else.";
        admin.MapGet("", AdminStrategies.List).WithName("ListAllStrategies").WithSummary("The strategies of all tenants")
            .WithDescription("Published ones with their address." + hidden);
        admin.MapPost("", AdminStrategies.Publish).WithName("PublishStrategy").WithSummary("Publish a strategy")
            .WithDescription("Every tenant may follow it. A paper account follows it from the beginning and keeps its record." + hidden);
        admin.MapPatch("/{id:guid}", AdminStrategies.Change).WithName("ChangePublishedStrategy").WithSummary("Change a published strategy")
            .WithDescription("A field that is left out stays." + hidden);
        admin.MapDelete("/{id:guid}", AdminStrategies.Delete).WithName("DeletePublishedStrategy")
            .WithSummary("Take a published strategy away")
            .WithDescription("Its address answers 401 from this moment. What accounts hold of it stays open." + hidden);
    }
}
