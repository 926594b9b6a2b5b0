using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Insights.Equity;
using TradeFlow.Platform.Insights.Figures;
using TradeFlow.Platform.Insights.Overview;
using TradeFlow.Platform.Insights.Trips;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Insights;

public static class InsightsModule
{
    public static TBuilder AddInsightsWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddSingleton<TripStore>();
        services.AddSingleton<EquityStore>();
        services.AddHostedService<TripKeeper>();
        services.AddKeptTable("insights.trades", "the books: what was traded is kept for ever");
        services.AddKeptTable("insights.accounts", "one row for each account");
        // One a day is kept for ever.
        services.AddSweep("insights.equity_snapshots", TimeSpan.FromDays(1), "not is_daily and at < $1 - interval '400 days'");
        services.AddExported("insights.trades", "round_trips");
        services.AddExported("insights.equity_snapshots", "equity");
        services.AddNotExported("insights.accounts", "how far our own reckoning has come");
        return builder;
    }

    public static void MapInsights(this IEndpointRouteBuilder app)
    {
        const string filters =
            "from and to are trading days of the risk settings, to within; account_id, broker, symbol and strategy narrow it further. ";
        const string by = filters + "One row for each key and currency, in the order of the keys.";
        var analytics = app.MapGroup("/api/analytics").WithTags("Analytics").RequireAuthorization(TradeFlowPolicies.Read);
        analytics.MapGet("/summary", FigureEndpoints.Summary).WithName("GetSummary").WithSummary("What your trades came to")
            .WithDescription(filters + "A trade is a round trip: from flat to flat in one account and symbol. Amounts are by currency.");
        analytics.MapGet("/equity", EquityEndpoint.Handle).WithName("GetEquity").WithSummary("What your accounts were worth")
            .WithDescription(filters + "A point for each trading day and after each trade, by currency, at most 2000 of each. With symbol or strategy: what these trades have made, added up.");
        analytics.MapGet("/by-symbol", FigureEndpoints.BySymbol).WithName("GetBySymbol").WithSummary("By symbol").WithDescription(by);
        analytics.MapGet("/by-day", FigureEndpoints.ByDay).WithName("GetByDay").WithSummary("By trading day of the exit")
            .WithDescription(by + " A day is named by the date on which it begins.");
        analytics.MapGet("/by-weekday", FigureEndpoints.ByWeekday).WithName("GetByWeekday").WithSummary("By weekday of the exit")
            .WithDescription(by + " mon to sun, by the clock of the zone.");
        analytics.MapGet("/by-hour", FigureEndpoints.ByHour).WithName("GetByHour").WithSummary("By hour of the exit")
            .WithDescription(by + " 00 to 23, by the clock of the zone.");
        analytics.MapGet("/by-strategy", FigureEndpoints.ByStrategy).WithName("GetByStrategy").WithSummary("By strategy")
            .WithDescription(by + " The key of trades without one is null.");
        analytics.MapGet("/by-broker", FigureEndpoints.ByBroker).WithName("GetByBroker").WithSummary("By broker").WithDescription(by);
        analytics.MapGet("/trades", TradeEndpoints.List).WithName("ListTrades").WithSummary("Trades, the newest exit first")
            .WithDescription(filters);
        analytics.MapPatch("/trades/{id:guid}", TradeEndpoints.Write).Accepts<TradeChange>("application/json").WithName("WriteTradeNote")
            .WithSummary("Write a note and tags beside a trade")
            .WithDescription("What is left out stays; null takes it away.").RequireAuthorization(TradeFlowPolicies.Trade);
        analytics.MapGet("/export.csv", CsvExport.Handle).WithName("ExportTrades").WithSummary("Trades as CSV")
            .WithDescription(filters + "RFC 4180, UTF-8, the first exit first; every figure here can be reckoned from it (with=risk adds risk and r_multiple behind the other columns). Text that begins like a formula has a ' before it.")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
        app.MapGet("/api/overview", OverviewEndpoint.Handle).WithTags("Analytics").WithName("GetOverview")
            .WithSummary("All accounts at a glance")
            .WithDescription(
                "Equity, floating and today's profit, open risk to stops and limits used by currency, and the health of each account.")
            .RequireAuthorization(TradeFlowPolicies.Read);
    }

    /// <summary>Reckons the trades of all accounts from their first fill and compares them with those that are kept, for the command of
    /// the Worker.</summary>
    /// <returns>The exit code: 0 when nothing differs (or was repaired), 1 when something does, or an account cannot be reckoned.</returns>
    public static async Task<int> RecomputeAsync(IConfiguration configuration, bool repair, TextWriter output, CancellationToken ct)
    {
        await using var database = new Database(configuration);
        var store = new TripStore(database, TimeProvider.System);
        var (trades, differing, broken) = (0, 0, 0);
        foreach (var account in await store.AccountsAsync(ct))
        {
            try
            {
                var (differences, count) = await store.RecomputeAsync(account, repair, ct);
                foreach (var difference in differences) await output.WriteLineAsync($"account {account}: {difference}");
                (trades, differing) = (trades + count, differing + differences.Count);
            }
            catch (Exception e) when (TripKeeper.IsNoNumber(e))
            {
                await output.WriteLineAsync(
                    $"account {account}: what its broker tells is no number that can be reckoned with ({e.Message}).");
                broken++;
            }
        }
        await output.WriteLineAsync($"{trades} trades reckoned from fills and positions: {(differing == 0 ? "no difference" : $"{differing} differ")}{(differing > 0 && repair ? ", repaired" : "")}."
            + (broken > 0 ? $" {(broken == 1 ? "1 account" : $"{broken} accounts")} could not be reckoned." : ""));
        return broken == 0 && (differing == 0 || repair) ? 0 : 1;
    }
}
