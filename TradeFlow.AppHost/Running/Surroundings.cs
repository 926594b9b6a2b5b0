using System.Globalization;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>
/// Where the Aspire dashboard listens, on loopback and without a certificate: 18888, and 18889 for what the programs send it, or other free
/// ports where another AppHost has these. <c>TRADEFLOW_DASHBOARD_PORT</c> and <c>TRADEFLOW_OTLP_PORT</c> choose others. Aspire reads it
/// from the environment, and what is set there wins.
/// </summary>
internal static class Surroundings
{
    public static void Choose()
    {
        // What is not named is Production to Aspire. This is a developer's machine until somebody says otherwise.
        if (Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is null
            && Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null)
            Environment.SetEnvironmentVariable("DOTNET_ENVIRONMENT", "Development");
        Set("ASPNETCORE_URLS", "TRADEFLOW_DASHBOARD_PORT", 18888, "the Aspire dashboard");
        Set("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "TRADEFLOW_OTLP_PORT", 18889, "the telemetry of the Aspire dashboard");
        // Aspire reads the environment, and takes what is not named for Production.
        if (Environment.GetEnvironmentVariable("ASPIRE_ALLOW_UNSECURED_TRANSPORT") is null)
            Environment.SetEnvironmentVariable("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true");
    }

    private static void Set(string variable, string setting, int usual, string purpose)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 }) return;
        int port;
        if (int.TryParse(Environment.GetEnvironmentVariable(setting), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
            && wanted > 0)
            port = LocalPorts.IsFree(wanted) ? wanted : throw PortCheck.Taken(wanted, purpose, setting);
        else
            port = LocalPorts.IsFree(usual) ? usual : LocalPorts.AnyFree();
        Environment.SetEnvironmentVariable(variable, $"http://localhost:{port}");
    }
}
