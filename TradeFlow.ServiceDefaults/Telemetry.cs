using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace TradeFlow.ServiceDefaults;

/// <summary>
/// Traces, metrics and logs over OTLP, on when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the AppHost sets it to the Aspire dashboard.
/// </summary>
internal static class Telemetry
{
    private const string Ours = "TradeFlow";

    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;

        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new WorkOnly()))
                .AddSource(Ours)
                .AddAspNetCoreInstrumentation(web => web.Filter = http => !http.Request.Path.StartsWithSegments("/health")
                    && !http.Request.Path.StartsWithSegments("/alive"))
                .AddHttpClientInstrumentation()
                .AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter(Ours).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation().AddNpgsqlInstrumentation())
            .UseOtlpExporter();
    }

    /// <summary>
    /// A trace begins with a request that came in or a message that was taken up. Looking whether there is work, several times a second, is
    /// none: what no work stands behind is not recorded.
    /// </summary>
    private sealed class WorkOnly : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Kind is ActivityKind.Server or ActivityKind.Consumer
                ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }
}
