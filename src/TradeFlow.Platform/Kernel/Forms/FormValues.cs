using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Kernel.Forms;

/// <summary>What was typed into a form, by field key, with every fault named by its field.</summary>
/// <param name="prefix">Stands before a field's key in the errors: <c>answers.</c> for a form within the body.</param>
internal sealed class FormValues(string prefix = "")
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public Dictionary<string, string[]> Errors { get; } = new(StringComparer.Ordinal);

    public string? this[string key] => values.GetValueOrDefault(key);

    public void Fault(string key, string message) => Errors[prefix + key] = [message];

    public bool IsFaulty(string key) => Errors.ContainsKey(prefix + key);

    /// <summary>Reads the properties of a JSON object as texts.</summary>
    public void Read(IEnumerable<JsonProperty> properties, Func<string, bool> isKnown)
    {
        foreach (var property in properties)
        {
            if (!isKnown(property.Name)) Fault(property.Name, "There is no such field here.");
            else if (values.ContainsKey(property.Name)) Fault(property.Name, "This field stands twice.");
            else if (TextOf(property.Value) is { } text) values[property.Name] = text;
            else if (property.Value.ValueKind != JsonValueKind.Null) Fault(property.Name, "Give a text, a number or true or false.");
        }
    }

    /// <summary>Takes over values that were checked before.</summary>
    public void Keep(IEnumerable<KeyValuePair<string, string>> saved)
    {
        foreach (var (key, value) in saved) values[key] = value;
    }

    /// <summary>Checks the values by their fields, gives what was left out its default, and drops what is not asked for.</summary>
    /// <param name="mode">The mode that a field's condition may name.</param>
    public void Check(IReadOnlyList<FormField> fields, string? mode)
    {
        foreach (var field in fields.Where(field => !IsFaulty(field.Key)))
        {
            // What its condition hides is not asked for, and whatever was typed there before is not kept.
            if (field.VisibleWhen is { } condition
                && !condition.In.Contains(condition.Field == "mode" ? mode : this[condition.Field], StringComparer.Ordinal))
            {
                values.Remove(field.Key);
                continue;
            }
            if (this[field.Key] is not { Length: > 0 } value)
            {
                if (field.Default is { } standard) values[field.Key] = standard;
                else if (field.Required) Fault(field.Key, $"{field.Label} is required.");
                else values.Remove(field.Key);
            }
            else if (FaultOf(field, value) is { } fault) Fault(field.Key, fault);
        }
    }

    public Dictionary<string, string> Of(IReadOnlyList<FormField> fields) =>
        fields.Where(field => values.ContainsKey(field.Key))
            .ToDictionary(field => field.Key, field => values[field.Key], StringComparer.Ordinal);

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static string? FaultOf(FormField field, string value)
    {
        if (value.Length > field.MaxLength) return $"Use at most {field.MaxLength} characters.";
        if (value.Contains('\0', StringComparison.Ordinal)) return "This text holds a character that cannot be used.";
        return field.Type switch
        {
            "email" when !value.Contains('@', StringComparison.Ordinal) || value.Any(char.IsWhiteSpace) => "Enter an e-mail address.",
            "number" => NumberFault(field, value),
            "bool" when value is not ("true" or "false") => "Use true or false.",
            "url" when !Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps =>
                "Enter an address that begins with https://.",
            "select" when field.Options is { } options && !options.Contains(value) => $"Use one of: {string.Join(", ", options)}.",
            _ when field.Pattern is { } pattern && !Matches(pattern, value) =>
                field.Help ?? "This does not have the form that the broker uses.",
            _ => null,
        };
    }

    private static string? NumberFault(FormField field, string value)
    {
        if (!decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number))
            return "Enter a number.";
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
