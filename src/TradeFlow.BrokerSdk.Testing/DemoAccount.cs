using System.Globalization;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>
/// A demo account at the real broker, for the cases of L3. Orders of the smallest quantity are placed there, so it is opted into by hand
/// with environment variables: <c>TRADEFLOW_LIVE=1</c>; <c>TRADEFLOW_DEMO_SYMBOL</c>, an instrument that trades now;
/// <c>TRADEFLOW_DEMO_MODE</c>, a mode of the manifest (<c>demo</c> unless set); and <c>TRADEFLOW_DEMO_{FIELD}</c> for each field of the
/// Connect form. <c>TRADEFLOW_DEMO_URL_{ENDPOINT}</c> moves an endpoint. The mode <c>live</c> is refused.
/// </summary>
public sealed class DemoAccount : IVenue
{
    /// <summary>The variable that says that orders may be placed.</summary>
    public const string OptIn = "TRADEFLOW_LIVE";

    private const string Prefix = "TRADEFLOW_DEMO_";
    private const string RealMoney = "live";

    private DemoAccount(
        string mode, string symbol, IReadOnlyDictionary<string, Uri> endpoints, IReadOnlyDictionary<string, string> credentials) =>
            (Mode, Symbol, Endpoints, Credentials) = (mode, symbol, endpoints, credentials);

    /// <inheritdoc/>
    public VenuePowers Powers => VenuePowers.None;

    /// <inheritdoc/>
    public string Mode { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Uri> Endpoints { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Credentials { get; }

    /// <inheritdoc/>
    public string Symbol { get; }

    /// <summary>The account that the environment names.</summary>
    /// <param name="pluginFolder">The built folder of the connector, with its <c>connector.json</c>.</param>
    /// <param name="variable">Reads a variable; the process's environment unless given.</param>
    /// <exception cref="InvalidOperationException">Nobody opted in, something is missing (all of it is named), or the mode trades real
    /// money.</exception>
    public static DemoAccount FromEnvironment(string pluginFolder, Func<string, string?>? variable = null)
    {
        ArgumentNullException.ThrowIfNull(pluginFolder);
        var read = variable ?? Environment.GetEnvironmentVariable;
        var manifest = ConnectorManifest.Parse(File.ReadAllText(Path.Combine(pluginFolder, "connector.json")));
        if (read(OptIn) != "1")
            throw new InvalidOperationException($"Set {OptIn}=1: these cases place orders on a demo account at the real broker.");
        if (manifest.Connect.Flow == ConnectForm.AgentFlow)
            throw new InvalidOperationException("A broker behind an agent is tried with its terminal, not by the kit.");

        var mode = read(Prefix + "MODE") ?? "demo";
        if (mode.Equals(RealMoney, StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException("The mode live trades real money: the kit never runs there.");
        var environment = manifest.Environments.FirstOrDefault(one => one.Mode == mode)
            ?? throw new InvalidOperationException(
                $"The manifest has no mode {mode}; it has {string.Join(", ", manifest.Environments.Select(one => one.Mode))}.");

        var symbol = read(Prefix + "SYMBOL");
        List<string> missing = symbol is null ? [Prefix + "SYMBOL"] : [];
        Dictionary<string, string> credentials = new(StringComparer.Ordinal);
        foreach (var field in manifest.Connect.Fields)
        {
            var name = Prefix + field.Key.ToUpperInvariant();
            if (read(name) is { } value) credentials[field.Key] = value;
            else if (field.Required && field.VisibleWhen is null) missing.Add(name);
        }
        if (missing.Count > 0) throw new InvalidOperationException($"Set {string.Join(", ", missing)}.");
        // missing names it otherwise
        return new DemoAccount(mode, symbol!, environment.Endpoints.ToDictionary(endpoint => endpoint.Key,
            endpoint => UrlOf(endpoint.Key, endpoint.Value, read), StringComparer.Ordinal), credentials);
    }

    /// <summary>Nothing: a real account is not set back. Each case asks for a flat one, and leaves it flat.</summary>
    public Task ResetAsync(CancellationToken ct) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Uri UrlOf(string name, ConnectorEndpoint endpoint, Func<string, string?> read)
    {
        var variable = string.Create(CultureInfo.InvariantCulture, $"{Prefix}URL_{name.ToUpperInvariant()}");
        if (read(variable) is not { } moved) return endpoint.Url;
        return Uri.TryCreate(moved, UriKind.Absolute, out var url)
            ? url : throw new InvalidOperationException($"{variable} is no address: {moved}");
    }
}
