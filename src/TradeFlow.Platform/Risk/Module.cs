using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Risk.Calendar;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.CoolDown;
using TradeFlow.Platform.Risk.Days;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Risk.Rules.Own;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Members;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Risk;

public static class RiskModule
{
    public static TBuilder AddRiskApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddOptions<CalendarOptions>().BindConfiguration("Calendar").ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient(CalendarFeed.ClientName, client =>
        {
            client.Timeout = TimeSpan.FromSeconds(20);
            client.DefaultRequestHeaders.UserAgent.ParseAdd("TradeFlow/1.0");
        });
        services.AddSingleton<RuleList>();
        services.AddSingleton<RiskGate>();
        services.AddSingleton<PricedGate>();
        services.AddSingleton<LimitsChanged>();
        services.AddSingleton<CalendarStore>();
        services.AddSingleton<ManualEvents>();
        services.AddSingleton<CalendarFeed>();
        services.AddSingleton<EconomicCalendar>();
        services.AddHostedService(provider => provider.GetRequiredService<EconomicCalendar>());
        services.AddSingleton<CalendarPoller>();
        services.AddHostedService(provider => provider.GetRequiredService<CalendarPoller>());
        return builder;
    }

    public static TBuilder AddRiskWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<RuleList>();
        builder.Services.AddSingleton<PricedGate>();
        builder.Services.AddKeptTable("risk.risk_config", "one row for each tenant");
        builder.Services.AddKeptTable("risk.rule_settings", "one row for each tenant and rule");
        builder.Services.AddKeptTable("risk.waiting_changes", "one row at most for each tenant and limit");
        builder.Services.AddKeptTable("risk.calendar_sources", "one row for each source");
        builder.Services.AddKeptTable("risk.calendar_events", "a few thousand rows a year, and what past lockouts are explained by");
        builder.Services.AddExported("risk.risk_config", "risk_settings");
        builder.Services.AddExported("risk.rule_settings", "risk_rules");
        builder.Services.AddExported("risk.waiting_changes", "risk_waiting_changes");
        return builder;
    }

    public static void MapRisk(this IEndpointRouteBuilder app)
    {
        var risk = app.MapGroup("/api/user").WithTags("Risk");
        risk.MapGet("/risk_config", RiskConfigEndpoints.Get).WithName("GetRiskConfig").WithSummary("Your limits")
            .WithDescription("null is no limit.").RequireAuthorization(TradeFlowPolicies.Read);
        risk.MapPut("/risk_config", RiskConfigEndpoints.Put).Accepts<RiskConfigView>("application/json").WithName("ChangeRiskConfig")
            .WithSummary("Change your limits")
            .WithDescription("A member that is left out stays as it is; null takes a limit away. It holds for the next signal. A change of zone or reset time does not begin a new trading day: the running one goes on until the new settings begin one. With cooldown_enabled, what raises or removes a limit and what switches the cool-down off is listed in pending and takes effect at the start of the next trading day; what is tighter holds at once and takes the place of what waited for the same limit. " +
                "The limits hold for all accounts together: 403 auth.forbidden for who sees some of them.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts().MayRequireFreshProof();
        risk.MapDelete("/risk_config/pending/{limit}", WaitingEndpoints.Withdraw).WithName("WithdrawRiskChange")
            .WithSummary("Take back a change that waits")
            .WithDescription("The limit stays as it is. limit is that of an entry of pending; 404 when nothing waits for it.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts();
        risk.MapGet("/risk_rules", RuleEndpoints.List).WithName("ListRiskRules").WithSummary("Rules with settings of their own")
            .WithDescription("Each with a JSON Schema of its settings, from which a form can be drawn.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        risk.MapPut("/risk_rules/{code}", RuleEndpoints.Put).WithName("ChangeRiskRule").WithSummary("Change the settings of a rule")
            .WithDescription("A member that is left out stays as it is; null takes it back to its default. It holds for the next signal.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireAllAccounts().MayRequireFreshProof();
        risk.MapGet("/risk_today", RiskToday.Get).WithName("GetRiskToday").WithSummary("What your limits count, now").WithDescription(
            "The trading day, its profit or loss by currency, trades and positions: of the accounts that you see. The limits themselves count all accounts.")
            .RequireAuthorization(TradeFlowPolicies.Read);

        app.MapGet("/api/calendar/events", CalendarEndpoints.List).WithTags("Calendar").WithName("ListCalendarEvents")
            .WithSummary("The economic calendar")
            .WithDescription(
                "What the news lockout reads, from and to (without it), by default the next two weeks. impact: high, medium, low, holiday; several with commas.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        var admin = app.MapGroup("/api/admin/calendar/events").WithTags("Administration").RequireAuthorization(TradeFlowPolicies.Admin)
            .RequireFreshProof();
        admin.MapPost("", CalendarEndpoints.Add).WithName("AddCalendarEvent").WithSummary("Add an event to the calendar")
            .WithDescription("For all tenants. One of high impact locks as the feed's do.");
        admin.MapDelete("/{id}", CalendarEndpoints.Remove).WithName("RemoveCalendarEvent").WithSummary("Remove an event that was added")
            .WithDescription("Those of the feed and the embedded ones cannot be removed.");
    }
}
