using System.Text.RegularExpressions;

namespace TradeFlow.BrokerSdk;

/// <summary>The form that a user fills in to connect.</summary>
public sealed record ConnectForm
{
    /// <summary>The flow of a log-in by form.</summary>
    public const string FormFlow = "form";

    /// <summary>The flow of an agent in the user's terminal.</summary>
    public const string AgentFlow = "agentPairing";

    /// <summary>
    /// <c>form</c>: the fields log in. <c>agentPairing</c>: the fields only name the account, and an agent in the user's terminal reports
    /// for it with the account's key.
    /// </summary>
    public string Flow { get; set; } = FormFlow;

    /// <summary>
    /// Version of the stored credentials' shape, from 1. Raise it when a field is renamed, split or gets another meaning, and let the
    /// factory implement <see cref="IUpgradeCredentials"/>: without it, accounts that were connected with an older version ask their users
    /// to connect again.
    /// </summary>
    public int SchemaVersion { get; set; } = 1;

    /// <summary>Key of the field that is shown as the account's login (<c>email</c>); <c>null</c> when there is none.</summary>
    public string? LoginField { get; init; }

    /// <summary>Something the user must have read before connecting, such as a broker's rule.</summary>
    public string? Notice { get; init; }

    /// <summary>
    /// The fields in their order. <c>mode</c> is added by the platform from <see cref="ConnectorManifest.Environments"/>.
    /// </summary>
    public required IReadOnlyList<FormField> Fields { get; init; }

    internal IEnumerable<string> Problems()
    {
        if (Flow is not (FormFlow or AgentFlow)) yield return $"connect.flow: use one of {FormFlow}, {AgentFlow}.";
        if (LoginField is { } login && !Fields.Any(field => field.Key == login))
            yield return $"connect.loginField: there is no field '{login}'.";
        foreach (var problem in Problems("connect", Fields)) yield return problem;
    }

    internal static IEnumerable<string> Problems(string form, IReadOnlyList<FormField> fields)
    {
        foreach (var key in ConnectorManifest.Twice(fields.Select(field => field.Key)))
            yield return $"{form}.fields: '{key}' stands twice.";
        HashSet<string> before = new(StringComparer.Ordinal) { "mode" };
        foreach (var field in fields)
        {
            foreach (var problem in field.Problems(before)) yield return $"{form}.fields '{field.Key}': {problem}";
            before.Add(field.Key);
        }
    }
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

    /// <summary>Choices of a <c>select</c>; <c>null</c> when they come from <see cref="OptionsSource"/>.</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>
    /// For a <c>select</c> of the Connect form whose choices only the broker knows, such as its servers: the name by which the factory's
    /// <see cref="IListOptions"/> is asked for them. They help to choose and decide nothing: where they cannot be had the field takes any
    /// text that fits <see cref="Pattern"/>, and the log-in tells.
    /// </summary>
    public string? OptionsSource { get; init; }

    /// <summary>Smallest value of a <c>number</c>; <c>null</c> for none.</summary>
    public decimal? Min { get; init; }

    /// <summary>Largest value of a <c>number</c>; <c>null</c> for none.</summary>
    public decimal? Max { get; init; }

    /// <summary>
    /// When the field is asked for; <c>null</c> for always. A hidden field is neither required nor handed to the connector.
    /// </summary>
    public FieldCondition? VisibleWhen { get; init; }

    /// <summary>Value to start with.</summary>
    public string? Default { get; init; }

    /// <summary>The browser's autocomplete token, such as <c>one-time-code</c>.</summary>
    public string? Autocomplete { get; init; }

    /// <summary>
    /// The keyboard of a phone, as HTML's <c>inputmode</c> names it: <c>numeric</c> for a code of digits, whose type stays <c>text</c>
    /// because a number has no leading zeros. <c>null</c> for the keyboard of the type.
    /// </summary>
    public string? InputMode { get; init; }

    internal IEnumerable<string> Problems(IReadOnlySet<string> fieldsBefore)
    {
        if (Key is "mode" or "name" or "broker_account" or "step" or "continuation" or "answers")
            yield return "the platform itself has a field of this key.";
        if (Type == "select" && Options is not { Count: > 0 } && OptionsSource is null) yield return "a select needs options.";
        if (Type != "select" && (Options ?? (object?)OptionsSource) is not null) yield return "only a select has options.";
        if (Options is not null && OptionsSource is not null) yield return "options and optionsSource exclude each other.";
        if (Type == "select" && Default is { } start && Options?.Contains(start, StringComparer.Ordinal) == false)
            yield return "the default is none of the options.";
        if (Type == "password" && !Secret) yield return "a password is a secret: set secret to true.";
        if (Secret && Default is not null) yield return "a secret has no default.";
        if ((Min is not null || Max is not null) && Type != "number") yield return "only a number has min and max.";
        if (Min > Max) yield return "min is above max.";
        if (VisibleWhen is { } condition && !fieldsBefore.Contains(condition.Field))
            yield return $"visibleWhen: there is no field '{condition.Field}' before it.";
        if (Pattern is { } pattern && !IsRegex(pattern)) yield return "the pattern is no regular expression.";
    }

    private static bool IsRegex(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>Asks for a field only while another one has one of some values.</summary>
public sealed record FieldCondition
{
    /// <summary>Key of the other field, which stands before this one; <c>mode</c> is the mode that the user has chosen.</summary>
    public required string Field { get; init; }

    /// <summary>The values of it with which this field is shown.</summary>
    public required IReadOnlyList<string> In { get; init; }
}
