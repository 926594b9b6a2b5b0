using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace TradeFlow.ServiceDefaults;

/// <summary>What every process of TradeFlow has: health, telemetry, problem details, HTTP defaults, a bounded and clean end.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Checks with this tag answer <c>/alive</c>: whether the process itself works, whatever its dependencies do.</summary>
    public const string LiveTag = "live";

    // In-flight orders must reach their recorded outcome before the process ends; a broker call has a deadline of 15 s.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Adds the defaults. Call first, before the application's own services.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddQuietLogging();
        builder.AddTelemetry();

        builder.Services.AddSingleton<DrainingCheck>();
        builder.Services.AddHealthChecks()
            .AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag])
            .AddCheck<DrainingCheck>("draining");

        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("request_id", context.HttpContext.TraceIdentifier));

        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);

        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            // No resilience handler here, ever: it would send an order twice. Whoever may retry says so at its own client.
            http.AddHttpMessageHandler(services => new ServiceEndpointHandler(services));
            http.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectTimeout = TimeSpan.FromSeconds(5),
                AllowAutoRedirect = false,
            });
        });

        return builder;
    }

    /// <summary>Maps <c>/health</c> (ready for traffic) and <c>/alive</c> (the process works).</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        Map(app, "/health", new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync });
        Map(app, "/alive",
            new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync, Predicate = check => check.Tags.Contains(LiveTag) });

        return app;
    }

    // One line per event, and none for every request (the health checks alone would fill the console). First in line, so that any setting
    // wins over it.
    private static void AddQuietLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
                ["Logging:LogLevel:StackExchange.Redis"] = "Warning",
                ["Logging:LogLevel:System.Net.Http"] = "Warning",
                ["Logging:Console:FormatterName"] = LineFormatter.FormatterName,
            },
        });
    }

    private static void Map(IEndpointRouteBuilder app, string path, HealthCheckOptions options) =>
        app.MapHealthChecks(path, options).AllowAnonymous().ExcludeFromDescription();
}
