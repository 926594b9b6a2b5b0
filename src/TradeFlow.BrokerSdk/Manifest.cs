using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.BrokerSdk;

// Members with a default have "set" where "init" would do: the JSON source generator hands default(T) to init members that the text leaves out, so
// that a field would not be required and an order would count as settled after zero seconds.

/// <summary>The file <c>connector.json</c> beside the plugin: all that the platform needs to know of a broker without running its code.</summary>
public sealed record ConnectorManifest
{
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

    /// <summary>Modes that an account can be in, with their endpoints.</summary>
    public required IReadOnlyList<ConnectorEnvironment> Environments { get; init; }

    /// <summary>What the broker can do.</summary>
    public required ConnectorCapabilities Capabilities { get; init; }

    /// <summary>What becomes of our client order id there.</summary>
    public required ClientOrderIdRule ClientOrderId { get; init; }

    /// <summary>What a look-up after an unknown outcome can prove.</summary>
    public required LookupRule Lookup { get; init; }

    /// <summary>Limits of the broker that the host keeps.</summary>
    public IReadOnlyList<RateLimitRule> RateLimits { get; set; } = [];

    /// <summary>The Connect form.</summary>
    public required ConnectForm Connect { get; init; }

    /// <summary>The set-up page of a terminal agent; required when <see cref="ConnectForm.Flow"/> is <c>agentPairing</c>.</summary>
    public AgentSetup? Agent { get; init; }

    /// <summary>Hosts that the plugin may reach besides those of its endpoints.</summary>
    public IReadOnlyList<string> Egress { get; set; } = [];

    /// <summary>Reads a manifest; every problem is named at once.</summary>
    /// <exception cref="FormatException">The text is no manifest; the message lists every problem.</exception>
    public static ConnectorManifest Parse(string json)
    {
        ConnectorManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.ConnectorManifest) ?? throw new FormatException("connector.json is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"connector.json: {e.Message}", e);
        }
        var problems = manifest.Validate();
        return problems.Count == 0 ? manifest : throw new FormatException("connector.json: " + string.Join(" ", problems));
    }

    /// <summary>Writes the manifest as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Default.ConnectorManifest);

    /// <summary>Every problem of the manifest, in the order of the file; empty when it is sound.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        if (!IsSlug(Slug)) problems.Add("slug: use lower case letters and digits only.");
        problems.AddRange(Aliases.Where(alias => !IsSlug(alias)).Select(alias => $"aliases: '{alias}' must be lower case letters and digits only."));
        if (!System.Version.TryParse(Version.Split('-')[0], out _)) problems.Add("version: use a semantic version such as 1.0.0.");
        if (!Sdk.StartsWith('^') || !System.Version.TryParse(Sdk[1..], out _)) problems.Add("sdk: use ^major.minor such as ^1.0.");
        if (EntryAssembly.AsSpan().ContainsAny('/', '\\') || !EntryAssembly.EndsWith(".dll", StringComparison.Ordinal)) problems.Add("entryAssembly: name a .dll in the plugin's own folder.");
        if (Environments.Count == 0) problems.Add("environments: name at least one mode.");
        if (Connect.Fields.GroupBy(field => field.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) problems.Add($"connect.fields: '{twice.Key}' stands twice.");
        if (Connect.Flow is not (ConnectForm.FormFlow or ConnectForm.AgentFlow)) problems.Add($"connect.flow: use {ConnectForm.FormFlow} or {ConnectForm.AgentFlow}.");
        if (Connect.Flow == ConnectForm.AgentFlow && (Agent is null || Connect.LoginField is null)) problems.Add("connect.flow: agentPairing needs agent and connect.loginField.");
        if (Agent is { } agent)
            problems.AddRange(agent.Downloads.Where(download => !IsInside(download.File)).Select(download => $"agent.downloads: '{download.File}' must be a path inside the plugin's folder."));
        return problems;
    }

    private static bool IsInside(string path) => path.Length > 0 && !path.Contains('\\', StringComparison.Ordinal) && path.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.Contains(':', StringComparison.Ordinal));

    private static bool IsSlug(string text) => text.Length is > 0 and <= 32 && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9'));
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

    /// <summary>A market order is filled at <see cref="PlaceOrder.ReferencePrice"/> when it names one, as only a simulated broker can promise.</summary>
    public bool FillsAtReferencePrice { get; init; }

    /// <summary><c>hedging</c> (positions side by side) or <c>netting</c> (one per symbol).</summary>
    public required string PositionMode { get; init; }

    /// <summary><c>lots</c>, <c>contracts</c> or <c>units</c>.</summary>
    public required string QuantityUnit { get; init; }

    /// <summary><c>push</c> or <c>poll</c>.</summary>
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

/// <summary>The form that a user fills in to connect.</summary>
public sealed record ConnectForm
{
    /// <summary>The flow of a log-in by form.</summary>
    public const string FormFlow = "form";

    /// <summary>The flow of an agent in the user's terminal.</summary>
    public const string AgentFlow = "agentPairing";

    /// <summary><c>form</c>: the fields log in. <c>agentPairing</c>: the fields only name the account, and an agent in the user's terminal reports for it with the account's key.</summary>
    public string Flow { get; set; } = FormFlow;

    /// <summary>Version of the stored credentials' shape.</summary>
    public int SchemaVersion { get; set; } = 1;

    /// <summary>Key of the field that is shown as the account's login (<c>email</c>); <c>null</c> when there is none.</summary>
    public string? LoginField { get; init; }

    /// <summary>Something the user must have read before connecting, such as a broker's rule.</summary>
    public string? Notice { get; init; }

    /// <summary>The fields in their order. <c>mode</c> is added by the platform from <see cref="ConnectorManifest.Environments"/>.</summary>
    public required IReadOnlyList<FormField> Fields { get; init; }
}

/// <summary>One field of a form.</summary>
public sealed record FormField
{
    /// <summary>Key in the request body and in <see cref="IConnectorContext.Credentials"/>.</summary>
    public required string Key { get; init; }

    /// <summary>Label.</summary>
    public required string Label { get; init; }

    /// <summary><c>text</c>, <c>email</c>, <c>password</c>, <c>url</c>, <c>select</c>, <c>number</c> or <c>bool</c>.</summary>
    public string Type { get; set; } = "text";

    /// <summary>Must be filled in.</summary>
    public bool Required { get; set; } = true;

    /// <summary>Never returned once saved.</summary>
    public bool Secret { get; init; }

    /// <summary>Help below the field.</summary>
    public string? Help { get; init; }

    /// <summary>Example in the empty field.</summary>
    public string? Placeholder { get; init; }

    /// <summary>Regular expression that the whole value must match.</summary>
    public string? Pattern { get; init; }

    /// <summary>Longest value in characters.</summary>
    public int MaxLength { get; set; } = 256;

    /// <summary>Choices of a <c>select</c>.</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>Value to start with.</summary>
    public string? Default { get; init; }

    /// <summary>The browser's autocomplete token.</summary>
    public string? Autocomplete { get; init; }
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
