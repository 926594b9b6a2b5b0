using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TradeFlow.ServiceDefaults;

/// <summary>
/// Names each check and its state; exceptions and addresses stay in the logs. A list of texts in the data of a check is written under its
/// key: a check puts there only what everybody may read.
/// </summary>
internal static class HealthReportWriter
{
    internal static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json; charset=utf-8";

        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
            json.WriteString(name, Word(entry.Status));
        json.WriteEndObject();
        foreach (var (name, value) in report.Entries.SelectMany(entry => entry.Value.Data))
        {
            if (value is not IEnumerable<string> texts) continue;
            json.WriteStartArray(name);
            foreach (var text in texts) json.WriteStringValue(text);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
