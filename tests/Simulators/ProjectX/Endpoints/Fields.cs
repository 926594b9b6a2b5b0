using System.Text.Json;

namespace TradeFlow.Simulators.ProjectX.Endpoints;

/// <summary>
/// The body of a call, read field by field. What is missing or of a wrong type is collected and answered as ASP.NET does: HTTP 400 with a
/// validation problem, an envelope of its own.
/// </summary>
internal sealed class Fields(JsonElement? root)
{
    private readonly Dictionary<string, string[]> errors = [];

    public IResult? Problem => root is null
        ? Answer(new() { ["$"] = ["The request body is not a JSON object."] })
        : errors.Count > 0 ? Answer(errors) : null;

    public int Int(string name) => Read(name, required: true, value => value.TryGetInt32(out var number) ? number : (int?)null) ?? 0;

    public int? OptionalInt(string name) => Read(name, required: false, value => value.TryGetInt32(out var number) ? number : (int?)null);

    public long Long(string name) => Read(name, required: true, value => value.TryGetInt64(out var number) ? number : (long?)null) ?? 0;

    public decimal? OptionalDecimal(string name) =>
        Read(name, required: false, value => value.TryGetDecimal(out var number) ? number : (decimal?)null);

    public bool Bool(string name, bool required = true)
    {
        if (Find(name) is not { } value)
        {
            if (required) Missing(name);
            return false;
        }
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong(name, "Boolean");
        return false;
    }

    public string Text(string name)
    {
        if (OptionalText(name) is { } text) return text;
        if (!errors.ContainsKey($"$.{name}")) Missing(name);
        return "";
    }

    public string? OptionalText(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.String) return value.GetString();
        Wrong(name, "String");
        return null;
    }

    public DateTimeOffset? Time(string name, bool required)
    {
        if (Find(name) is not { } value)
        {
            if (required) Missing(name);
            return null;
        }
        if (value.ValueKind is JsonValueKind.String && value.TryGetDateTimeOffset(out var time)) return time;
        Wrong(name, "DateTime");
        return null;
    }

    public Fields? Object(string name) => Find(name) is { ValueKind: JsonValueKind.Object } value ? new Fields(value) : null;

    private JsonElement? Find(string name)
    {
        if (root is not { } body) return null;
        foreach (var property in body.EnumerateObject())
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                return property.Value.ValueKind is JsonValueKind.Null ? null : property.Value;
        return null;
    }

    private T? Read<T>(string name, bool required, Func<JsonElement, T?> parse) where T : struct
    {
        if (Find(name) is not { } value)
        {
            if (required) Missing(name);
            return null;
        }
        if (value.ValueKind is JsonValueKind.Number && parse(value) is { } number) return number;
        Wrong(name, typeof(T).Name);
        return null;
    }

    private void Missing(string name) => errors[name] = [$"The {name} field is required."];

    private void Wrong(string name, string type) =>
        errors[$"$.{name}"] = [$"The JSON value could not be converted to System.{type}. Path: $.{name}"];

    private static IResult Answer(Dictionary<string, string[]> errors) =>
        Results.Json(new { type = "https://tools.ietf.org/html/rfc9110#section-15.5.1", title = "One or more validation errors occurred.",
            status = 400, errors,
            traceId = $"00-{Guid.NewGuid():N}-00" },
            statusCode: 400, contentType: "application/problem+json");
}
