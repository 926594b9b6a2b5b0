using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live;
using TradeFlow.Platform.OAuth;

namespace TradeFlow.Api.Hosting;

/// <summary>What all routes have in common: the wire format, errors, headers, limits, and the order of the pipeline.</summary>
internal static class WebDefaults
{
    public static void AddWebDefaults(this WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment() && string.IsNullOrWhiteSpace(builder.Configuration["PublicUrl"]))
            throw new InvalidOperationException(
                "PublicUrl is not set: outside Development name the address by which people and TradingView reach this system, " +
                "such as https://trade.example.com (docs/runbooks/public.md).");
        var proxies = Proxies.Read(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton(proxies);
        builder.Services.Configure<ForwardedHeadersOptions>(proxies.Apply);
        // Proxies end a line by CR and LF: who reads another end of it may see another request than they did.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
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
        builder.Services.AddTradeFlowSecurityHeaders();
        builder.Services.AddTradeFlowOpenApi();
        builder.Services.AddSingleton<DashboardFiles>();
        builder.Services.AddHealthChecks().AddCheck<PostgresCheck>("postgres");
    }

    public static void UseWebDefaults(this WebApplication app)
    {
        // Built now, so that an address that cannot be read stops the start.
        app.Services.GetRequiredService<PublicAddress>();
        if (app.Services.GetRequiredService<Proxies>().IsAny) app.UseForwardedHeaders();
        app.UseMiddleware<AnswerHeaders>();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusAnswers.WriteAsync);
        app.UseMiddleware<HostRule>();
        app.UseMiddleware<GatewayPrefix>();
        app.UseMiddleware<PlainQuery>();
        app.UseLive();
        app.UseWebSockets();
        app.UseRouting();
        app.UseMiddleware<DashboardMiddleware>();
        app.UseAuthentication();
        app.UseOAuth();
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
