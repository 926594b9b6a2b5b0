using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.HttpOverrides;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>What all routes have in common: the wire format, errors, headers, limits, and the order of the pipeline.</summary>
internal static class WebDefaults
{
    public static void AddWebDefaults(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
            kestrel.Limits.MaxConcurrentConnections = 5000;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 50;
        });
        builder.Services.ConfigureHttpJsonOptions(options => WriteAndReadAsTheContractSays(options.SerializerOptions));
        // In Production too: one handler turns every fault of binding into a problem that names the field.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddExceptionHandler<FaultAnswers>();
        builder.Services.AddTradeFlowRateLimits(builder.Configuration);
        builder.Services.AddTradeFlowOpenApi();
        builder.Services.AddSingleton<DashboardFiles>();
        builder.Services.AddHealthChecks().AddCheck<PostgresCheck>("postgres");
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            // Nobody's word about an address counts but that of a proxy that the operator names.
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.KnownIPNetworks.Clear();
            options.KnownProxies.Clear();
            foreach (var proxy in builder.Configuration.GetSection("Proxies").Get<string[]>() ?? []) options.KnownProxies.Add(System.Net.IPAddress.Parse(proxy));
        });
    }

    public static void UseWebDefaults(this WebApplication app)
    {
        if (app.Configuration.GetSection("Proxies").Exists()) app.UseForwardedHeaders();
        app.UseMiddleware<AnswerHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusAnswers.WriteAsync);
        app.UseMiddleware<GatewayPrefix>();
        app.UseWebSockets();
        app.UseRouting();
        app.UseMiddleware<DashboardMiddleware>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
    }

    private static void WriteAndReadAsTheContractSays(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.AllowDuplicateProperties = false;
        json.MaxDepth = 16;
        // A misspelt field must not be dropped in silence where money depends on it.
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.Converters.Add(new UtcTimes());
        json.Converters.Add(new PlainDecimals());
    }
}
