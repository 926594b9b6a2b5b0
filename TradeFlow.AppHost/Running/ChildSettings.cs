using System.Collections;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.AppHost;

/// <summary>
/// Which settings each program is handed, by the first word of their names. A program sees these, what AppHost.cs sets, and the common
/// variables of the machine: a key of Stripe is nothing that the process of the plugins needs.
/// </summary>
internal static class ChildSettings
{
    private static readonly string[] Both =
    [
        "Agents", "Alerts", "Billing", "Brokers", "Calendar", "Cluster", "Connectors", "Database", "Live", "Mail", "Notifications",
        "Plugins", "PublicUrl", "Push", "Retention", "Secrets", "Telegram", "TRADEFLOW_CRASHPOINT", "TRADEFLOW_CRASHPOINT_MARKERS", "Trial",
    ];

    public static readonly IReadOnlyList<string> Api =
        [.. Both, "Admin", "AllowedHosts", "Auth", "Passwords", "Proxies", "RateLimits", "Stripe", "TradingView"];

    public static readonly IReadOnlyList<string> Worker = Both;

    public static readonly IReadOnlyList<string> Simulators = ["Simulators"];

    public static IResourceBuilder<ProjectResource> WithSettings(
        this IResourceBuilder<ProjectResource> project, IReadOnlyList<string> sections, IConfiguration configuration)
    {
        foreach (var (key, value) in sections.SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .Where(setting => setting.Value is not null))
            project.WithEnvironment(key.Replace(":", "__", StringComparison.Ordinal), value!);
        // Our own file has a section of that name for ourselves, so only what the environment says is meant for the programs.
        foreach (var variable in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("Logging__", StringComparison.OrdinalIgnoreCase)))
            project.WithEnvironment((string)variable.Key, (string)variable.Value!);
        return project;
    }
}
