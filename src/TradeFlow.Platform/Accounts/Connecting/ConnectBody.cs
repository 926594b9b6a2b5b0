using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>What a register body says, read by the broker's own form. Every fault is named by its field.</summary>
internal sealed record ConnectBody(IReadOnlyDictionary<string, string> Credentials, string Mode, string? BrokerAccount, string? Name)
{
    private const string ModeKey = "mode";
    private const string BrokerAccountKey = "broker_account";
    private const string NameKey = "name";

    /// <returns>The body, or the errors by field.</returns>
    public static (ConnectBody? Body, Dictionary<string, string[]> Errors) Read(JsonElement json, ConnectForm form, IReadOnlyList<ConnectorEnvironment> modes)
    {
        Dictionary<string, string[]> errors = [];
        var fields = form.Fields.ToDictionary(field => field.Key, StringComparer.Ordinal);
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            if (!fields.ContainsKey(property.Name) && property.Name is not (ModeKey or BrokerAccountKey or NameKey)) errors[property.Name] = ["There is no such field here."];
            else if (values.ContainsKey(property.Name)) errors[property.Name] = ["This field stands twice."];
            else if (TextOf(property.Value) is { } text) values[property.Name] = text;
            else if (property.Value.ValueKind != JsonValueKind.Null) errors[property.Name] = ["Give a text, a number or true or false."];
        }
        var mode = values.GetValueOrDefault(ModeKey) ?? (modes.Count == 1 ? modes[0].Mode : null);
        foreach (var field in form.Fields)
        {
            if (errors.ContainsKey(field.Key)) continue;
            // What its condition hides is not asked for, and whatever was typed there before is not kept.
            if (field.VisibleWhen is { } condition && !condition.In.Contains(condition.Field == ModeKey ? mode : values.GetValueOrDefault(condition.Field), StringComparer.Ordinal))
            {
                values.Remove(field.Key);
                continue;
            }
            if (!values.TryGetValue(field.Key, out var value) || value.Length == 0)
            {
                if (field.Default is { } standard) values[field.Key] = standard;
                else if (field.Required) errors[field.Key] = [$"{field.Label} is required."];
                else values.Remove(field.Key);
            }
            else if (Fault(field, value) is { } fault) errors[field.Key] = [fault];
        }
        if (!errors.ContainsKey(ModeKey) && !modes.Any(known => known.Mode == mode)) errors[ModeKey] = [$"Use one of: {string.Join(", ", modes.Select(known => known.Mode))}."];
        if (!fields.ContainsKey(NameKey) && values.GetValueOrDefault(NameKey) is { Length: > 100 }) errors[NameKey] = ["Use at most 100 characters."];
        if (errors.Count > 0) return (null, errors);

        var credentials = values.Where(entry => fields.ContainsKey(entry.Key)).ToDictionary(StringComparer.Ordinal);
        var name = fields.ContainsKey(NameKey) ? null : values.GetValueOrDefault(NameKey);
        return (new ConnectBody(credentials, mode!, values.GetValueOrDefault(BrokerAccountKey), name), errors); // an unknown mode is an error above
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static string? Fault(FormField field, string value)
    {
        if (value.Length > field.MaxLength) return $"Use at most {field.MaxLength} characters.";
        if (value.Contains('\0', StringComparison.Ordinal)) return "This text holds a character that cannot be used.";
        return field.Type switch
        {
            "email" when !value.Contains('@', StringComparison.Ordinal) || value.Any(char.IsWhiteSpace) => "Enter an e-mail address.",
            "number" => NumberFault(field, value),
            "bool" when value is not ("true" or "false") => "Use true or false.",
            "url" when !Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps => "Enter an address that begins with https://.",
            "select" when field.Options is { } options && !options.Contains(value) => $"Use one of: {string.Join(", ", options)}.",
            _ when field.Pattern is { } pattern && !Matches(pattern, value) => field.Help ?? "This does not have the form that the broker uses.",
            _ => null,
        };
    }

    private static string? NumberFault(FormField field, string value)
    {
        if (!decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return "Enter a number.";
        if (number < field.Min) return string.Create(CultureInfo.InvariantCulture, $"Enter at least {field.Min}.");
        return number > field.Max ? string.Create(CultureInfo.InvariantCulture, $"Enter at most {field.Max}.") : null;
    }

    // A plugin's pattern is not ours: it gets a tenth of a second, and one that cannot be run lets the broker decide.
    private static bool Matches(string pattern, string value)
    {
        try
        {
            return Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or ArgumentException)
        {
            return true;
        }
    }
}
