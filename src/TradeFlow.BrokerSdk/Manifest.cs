using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.BrokerSdk;

// Members with a default have "set" where "init" would do: the JSON source generator hands default(T) to init members that the text leaves
// out, so that a field would not be required and an order would count as settled after zero seconds.

/// <summary>
/// The file <c>connector.json</c> beside the plugin: all that the platform needs to know of a broker without running its code.
/// </summary>
public sealed record ConnectorManifest
{
    /// <summary>Where an editor finds the JSON Schema of this file; nothing else reads it.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>The broker's slug in routes and keys: lower case letters and digits (<c>tradelocker</c>). Never changes.</summary>
    public required string Slug { get; init; }

    /// <summary>Other names under which routes find it.</summary>
    public IReadOnlyList<string> Aliases { get; set; } = [];

    /// <summary>Reverse-DNS id of the plugin (<c>app.tradeflow.tradelocker</c>).</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Semantic version of the plugin.</summary>
    public required string Version { get; init; }

    /// <summary>The SDK it was built against, as <c>^major.minor</c>.</summary>
    public required string Sdk { get; init; }

    /// <summary>File name of the assembly with the <see cref="IConnectorFactory"/>.</summary>
    public required string EntryAssembly { get; init; }

    /// <summary>One sentence about the broker, shown on its card.</summary>
    public string? Description { get; init; }

    /// <summary>Who publishes the plugin.</summary>
    public string? Owner { get; init; }

    /// <summary>Where users of the plugin get help: an address or an e-mail.</summary>
    public string? Support { get; init; }

    /// <summary>The publisher's page about it, https only.</summary>
    public string? Homepage { get; init; }

    /// <summary>SPDX expression of its licence, or <c>proprietary</c>.</summary>
    public string? License { get; init; }

    /// <summary>Modes that an account can be in, with their endpoints.</summary>
    public required IReadOnlyList<ConnectorEnvironment> Environments { get; init; }

    /// <summary>What the broker can do.</summary>
    public required ConnectorCapabilities Capabilities { get; init; }

    /// <summary>What becomes of our client order id there.</summary>
    public required ClientOrderIdRule ClientOrderId { get; init; }

    /// <summary>What a look-up after an unknown outcome can prove.</summary>
    public required LookupRule Lookup { get; init; }

    /// <summary>How often the host reads the account of a broker that pushes nothing.</summary>
    public PollRule Poll { get; set; } = new();

    /// <summary>Limits of the broker that the host keeps.</summary>
    public IReadOnlyList<RateLimitRule> RateLimits { get; set; } = [];

    /// <summary>The Connect form.</summary>
    public required ConnectForm Connect { get; init; }

    /// <summary>The set-up page of a terminal agent; required when <see cref="ConnectForm.Flow"/> is <c>agentPairing</c>.</summary>
    public AgentSetup? Agent { get; init; }

    /// <summary>Hosts that the plugin may reach by https besides those of its endpoints (<see cref="HostPattern"/>).</summary>
    public IReadOnlyList<string> Egress { get; set; } = [];

    /// <summary>The JSON Schema of the file, as the package ships it for editors (<c>connector.schema.json</c>).</summary>
    public static string JsonSchema => ManifestSchema.Text;

    /// <summary>Reads a manifest; every problem is named at once.</summary>
    /// <exception cref="FormatException">The text is no manifest; the message lists every problem.</exception>
    public static ConnectorManifest Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        List<string> problems = [];
        ConnectorManifest? manifest = null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement.ValueKind == JsonValueKind.Null) throw new FormatException("connector.json is empty.");
            problems.AddRange(ManifestSchema.Problems(document.RootElement));
            manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.ConnectorManifest);
            if (manifest is not null) problems.AddRange(manifest.Validate());
        }
        catch (JsonException e)
        {
            // What the schema found says it better, and says all of it.
            if (problems.Count == 0) throw new FormatException($"connector.json: {e.Message}", e);
        }
        return manifest is not null && problems.Count == 0
            ? manifest : throw new FormatException("connector.json: " + string.Join(" ", problems.Distinct(StringComparer.Ordinal)));
    }

    /// <summary>Writes the manifest as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Default.ConnectorManifest);

    /// <summary>
    /// Every problem that the members have with each other, and of the members that routes and files are named after; empty when it is
    /// sound.
    /// </summary>
    /// <remarks><see cref="Parse"/> also checks the text against <see cref="JsonSchema"/>.</remarks>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        if (!IsSlug(Slug)) problems.Add("slug: use lower case letters and digits only.");
        problems.AddRange(
            Aliases.Where(alias => !IsSlug(alias)).Select(alias => $"aliases: '{alias}' must be lower case letters and digits only."));
        if (!System.Version.TryParse(Version.Split('-')[0], out _)) problems.Add("version: use a semantic version such as 1.0.0.");
        if (!Sdk.StartsWith('^') || !System.Version.TryParse(Sdk[1..], out _)) problems.Add("sdk: use ^major.minor such as ^1.0.");
        if (EntryAssembly.AsSpan().ContainsAny('/', '\\') || !EntryAssembly.EndsWith(".dll", StringComparison.Ordinal))
            problems.Add("entryAssembly: name a .dll in the plugin's own folder.");
        if (Environments.Count == 0) problems.Add("environments: name at least one mode.");
        problems.AddRange(Twice(Environments.Select(environment => environment.Mode))
            .Select(mode => $"environments: '{mode}' stands twice."));
        if (!Capabilities.OrderTypes.Contains("market", StringComparer.Ordinal))
            problems.Add("capabilities.orderTypes: market is required; a signal without a price is a market order.");
        if (Capabilities is { TradingDayStart: not null, TradingDayZone: null })
            problems.Add("capabilities.tradingDayZone: is missing; a time without its zone says nothing.");
        problems.AddRange(Connect.Problems());
        if (Connect.Flow == ConnectForm.AgentFlow && (Agent is null || Connect.LoginField is null))
            problems.Add("connect.flow: agentPairing needs agent and connect.loginField.");
        if (Agent is { } agent)
            problems.AddRange(agent.Downloads.Where(download => !IsInside(download.File))
                .Select(download => $"agent.downloads: '{download.File}' must be a path inside the plugin's folder."));
        return problems;
    }

    private static bool IsInside(string path) => path.Length > 0 && !path.Contains('\\', StringComparison.Ordinal)
        && path.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.Contains(':', StringComparison.Ordinal));

    internal static IEnumerable<string> Twice(IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key);

    private static bool IsSlug(string text) =>
        text.Length is > 0 and <= 32 && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9'));
}

/// <summary>One mode of a broker.</summary>
public sealed record ConnectorEnvironment
{
    /// <summary><c>demo</c>, <c>live</c> or <c>sim</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Name for people.</summary>
    public required string Label { get; init; }

    /// <summary>True for a mode that is offered in Development only, such as a local simulator.</summary>
    public bool DevelopmentOnly { get; init; }

    /// <summary>The endpoints by name.</summary>
    public IReadOnlyDictionary<string, ConnectorEndpoint> Endpoints { get; set; } = new Dictionary<string, ConnectorEndpoint>();
}

/// <summary>One endpoint of a mode.</summary>
public sealed record ConnectorEndpoint
{
    /// <summary>The broker's address.</summary>
    public required Uri Url { get; init; }

    /// <summary>The setting below <c>Brokers:{slug}:</c> with which an operator moves it (<c>DemoUrl</c>).</summary>
    public required string Setting { get; init; }
}

/// <summary>What a broker can do. What is not declared is not offered.</summary>
public sealed record ConnectorCapabilities
{
    /// <summary><c>market</c>, <c>limit</c>, <c>stop</c>.</summary>
    public required IReadOnlyList<string> OrderTypes { get; init; }

    /// <summary>Stop loss and take profit can go with the order.</summary>
    public bool Brackets { get; init; }

    /// <summary>A part of a position can be closed.</summary>
    public bool PartialClose { get; init; }

    /// <summary>Orders and stops can be changed in place (<see cref="IModifyOrders"/>).</summary>
    public bool Modify { get; init; }

    /// <summary>
    /// A market order is filled at <see cref="PlaceOrder.ReferencePrice"/> when it names one, as only a simulated broker can promise.
    /// </summary>
    public bool FillsAtReferencePrice { get; init; }

    /// <summary><c>hedging</c> (positions side by side) or <c>netting</c> (one per symbol).</summary>
    public required string PositionMode { get; init; }

    /// <summary><c>lots</c>, <c>contracts</c> or <c>units</c>.</summary>
    public required string QuantityUnit { get; init; }

    /// <summary>
    /// <c>push</c>: the host listens to <see cref="IBrokerConnector.StreamAsync"/>. <c>poll</c>: it reads at the pace of <see
    /// cref="ConnectorManifest.Poll"/>.
    /// </summary>
    public required string Stream { get; init; }

    /// <summary>Default start of the trading day, as HH:mm in <see cref="TradingDayZone"/>; <c>null</c> for midnight UTC.</summary>
    public string? TradingDayStart { get; init; }

    /// <summary>IANA zone of <see cref="TradingDayStart"/>.</summary>
    public string? TradingDayZone { get; init; }
}

/// <summary>What the venue does with our client order id.</summary>
public sealed record ClientOrderIdRule
{
    /// <summary><c>none</c>, <c>echoed</c> (comes back in reports) or <c>unique</c> (a second order with it is refused).</summary>
    public required string Mode { get; init; }

    /// <summary>Longest id in characters.</summary>
    public int MaxLength { get; set; } = 24;
}

/// <summary>What a look-up of one order can tell.</summary>
public sealed record LookupRule
{
    /// <summary>Orders are found by our id.</summary>
    public bool ByClientOrderId { get; init; }

    /// <summary>Orders are found by the broker's id.</summary>
    public bool ByBrokerOrderId { get; init; }

    /// <summary>Closed orders are found too.</summary>
    public bool IncludesClosed { get; init; }

    /// <summary>Seconds after which an order that the broker took is certain to be shown. Absence is believed only after it.</summary>
    public int SettleSeconds { get; set; } = 120;
}

/// <summary>
/// The pace at which the host reads the whole state of an account, counted from the end of one reading to the start of the next. After an
/// order it reads at once.
/// </summary>
/// <remarks>A broker's limits count look-ups and commands as well: leave room for them.</remarks>
public sealed record PollRule
{
    /// <summary>While something is open or working.</summary>
    public double BusySeconds { get; set; } = 1;

    /// <summary>While the account is flat.</summary>
    public double IdleSeconds { get; set; } = 5;
}

/// <summary>One limit of the broker.</summary>
public sealed record RateLimitRule
{
    /// <summary><c>order</c>, <c>cancel</c>, <c>query</c>, <c>auth</c> or <c>quote</c>.</summary>
    public required string Class { get; init; }

    /// <summary><c>ip</c>, <c>credential</c>, <c>account</c> or <c>plugin</c>.</summary>
    public string Scope { get; set; } = "account";

    /// <summary>Requests in <see cref="PerSeconds"/>.</summary>
    public required int Permits { get; init; }

    /// <summary>Length of the window in seconds.</summary>
    public required double PerSeconds { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Skip,
    WriteIndented = true)]
[JsonSerializable(typeof(ConnectorManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
