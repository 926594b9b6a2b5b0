using System.Text.Json.Nodes;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Kernel.Forms;

/// <summary>A form as JSON Schema, from which the dashboard draws it: of a plugin, or of a rule with settings of its own.</summary>
internal static class FormSchema
{
    public static JsonObject Of(string title, string? notice, IReadOnlyList<FormField> fields)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in fields)
        {
            properties[field.Key] = Property(field, properties.Count + 1);
            // A field that a condition hides cannot be required of every body; x-required says that it is once it shows.
            if (field.Required && field.VisibleWhen is null) required.Add((JsonNode)field.Key);
        }
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["type"] = "object",
            ["title"] = title,
            ["additionalProperties"] = false,
            ["required"] = required,
            ["properties"] = properties,
        };
        if (notice is not null) schema["x-notice"] = notice;
        return schema;
    }

    private static JsonObject Property(FormField field, int order)
    {
        var property = new JsonObject { ["type"] = field.Type switch { "number" => "number", "bool" => "boolean", _ => "string" },
            ["title"] = field.Label, ["x-order"] = order };
        if (field.Type is "email") property["format"] = "email";
        if (field.Type is "url") property["format"] = "uri";
        if (field.Type is "password" || field.Secret) property["format"] = "password";
        if (field.Secret || field.Type is "password") property["writeOnly"] = true;
        if (field.Help is { } help) property["description"] = help;
        if (field.Placeholder is { } placeholder) property["examples"] = new JsonArray(placeholder);
        if (field.Pattern is { } pattern) property["pattern"] = Whole(pattern);
        if (field is { Pattern: not null, Help: { } mend }) property["x-pattern-message"] = mend;
        if (field.Type is not ("number" or "bool" or "select") || field.OptionsSource is not null) property["maxLength"] = field.MaxLength;
        if (field.Type is not ("number" or "bool") && field.Required) property["minLength"] = 1;
        if (field.Options is { Count: > 0 } options) property["enum"] = new JsonArray([.. options.Select(option => (JsonNode)option)]);
        if (field.OptionsSource is { } source) property["x-options-source"] = source;
        if (field.Min is { } least) property["minimum"] = least;
        if (field.Max is { } most) property["maximum"] = most;
        if (field.VisibleWhen is { } condition)
        {
            property["x-visible-when"] = new JsonObject
            {
                ["field"] = condition.Field, ["in"] = new JsonArray([.. condition.In.Select(value => (JsonNode)value)])
            };
            property["x-required"] = field.Required;
        }
        if (field.Default is { } standard) property["default"] = standard;
        if (field.Autocomplete is { } autocomplete) property["x-autocomplete"] = autocomplete;
        if (field.InputMode is { } keyboard) property["x-input-mode"] = keyboard;
        return property;
    }

    private static string Whole(string pattern) => $"^(?:{pattern})$";
}
