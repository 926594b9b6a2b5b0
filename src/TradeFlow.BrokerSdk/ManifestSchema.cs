using System.Text.Json;
using System.Text.RegularExpressions;

namespace TradeFlow.BrokerSdk;

/// <summary>
/// Checks a manifest against <c>connector.schema.json</c>, the file that the package ships for editors, so that both say the same. It reads
/// the few keywords that the file uses and names every problem, where a JSON reader would stop at the first.
/// </summary>
internal static class ManifestSchema
{
    private static readonly JsonElement Root = Read();

    /// <summary>The text of <c>connector.schema.json</c>.</summary>
    public static string Text
    {
        get
        {
            using var stream = typeof(ManifestSchema).Assembly.GetManifestResourceStream("connector.schema.json")
                ?? throw new InvalidOperationException("The schema is not embedded.");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    public static IReadOnlyList<string> Problems(JsonElement manifest)
    {
        List<string> problems = [];
        Check(manifest, Root, "", problems);
        return problems;
    }

    private static void Check(JsonElement value, JsonElement schema, string path, List<string> problems)
    {
        // our own file has no other form
        if (schema.TryGetProperty("$ref", out var reference))
            schema = Root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
        if (schema.TryGetProperty("enum", out var choices))
        {
            var known = choices.EnumerateArray().Select(choice => choice.GetString()).ToList();
            if (value.ValueKind != JsonValueKind.String || !known.Contains(value.GetString(), StringComparer.Ordinal))
                Add($"use one of {string.Join(", ", known)}.");
            return;
        }
        var type = schema.GetProperty("type").GetString();
        if (!Fits(value, type))
        {
            Add($"must be {(type is "object" or "array" or "integer" ? "an" : "a")} {type}.");
            return;
        }
        switch (type)
        {
            case "object": CheckObject(value, schema, path, problems); break;
            case "array": CheckArray(value, schema, path, problems); break;
            case "string": CheckText(value.GetString() ?? "", schema, Add); break;
            case "integer" or "number": CheckNumber(value.GetDouble(), schema, Add); break;
            default: break;
        }

        void Add(string problem) => problems.Add($"{(path.Length == 0 ? "the manifest" : path)}: {problem}");
    }

    private static void CheckObject(JsonElement value, JsonElement schema, string path, List<string> problems)
    {
        var members = schema.TryGetProperty("properties", out var own) ? own : default;
        var others = schema.GetProperty("additionalProperties");
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = Below(path, member.Name);
            if (!seen.Add(member.Name)) problems.Add($"{name}: stands twice.");
            else if (members.ValueKind == JsonValueKind.Object && members.TryGetProperty(member.Name, out var known))
                Check(member.Value, known, name, problems);
            else if (others.ValueKind == JsonValueKind.Object) Check(member.Value, others, name, problems);
            else problems.Add($"{name}: there is no such member{Nearest(member.Name, members)}.");
        }
        if (!schema.TryGetProperty("required", out var required)) return;
        foreach (var name in required.EnumerateArray().Select(entry => entry.GetString()!)) // names are texts
            if (!seen.Contains(name)) problems.Add($"{Below(path, name)}: is missing.");
    }

    private static void CheckArray(JsonElement value, JsonElement schema, string path, List<string> problems)
    {
        if (schema.TryGetProperty("minItems", out var least) && value.GetArrayLength() < least.GetInt32())
            problems.Add($"{path}: name at least one.");
        var index = 0;
        foreach (var item in value.EnumerateArray()) Check(item, schema.GetProperty("items"), $"{path}[{index++}]", problems);
    }

    private static void CheckText(string text, JsonElement schema, Action<string> add)
    {
        if (schema.TryGetProperty("minLength", out var least) && text.Length < least.GetInt32()) add("must not be empty.");
        if (schema.TryGetProperty("maxLength", out var most) && text.Length > most.GetInt32())
            add($"use at most {most.GetInt32()} characters.");
        if (schema.TryGetProperty("pattern", out var pattern)
            && !Regex.IsMatch(text, $@"\A(?:{pattern.GetString()})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
            // a hint is a text
            add(schema.TryGetProperty("x-hint", out var hint) ? hint.GetString()! : $"must match {pattern.GetString()}.");
    }

    private static void CheckNumber(double number, JsonElement schema, Action<string> add)
    {
        if (schema.TryGetProperty("minimum", out var least) && number < least.GetDouble()) add($"must be at least {least.GetRawText()}.");
        if (schema.TryGetProperty("maximum", out var most) && number > most.GetDouble()) add($"must be at most {most.GetRawText()}.");
    }

    private static bool Fits(JsonElement value, string? type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        _ => value.ValueKind == JsonValueKind.Number,
    };

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    // "slugg" is most likely "slug": whatever begins alike is named.
    private static string Nearest(string name, JsonElement members)
    {
        if (members.ValueKind != JsonValueKind.Object || name.Length < 3) return "";
        var near = members.EnumerateObject().Select(member => member.Name)
            .FirstOrDefault(known => known.StartsWith(name[..3], StringComparison.OrdinalIgnoreCase));
        return near is null ? "" : $"; did you mean {near}?";
    }

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(Text);
        return document.RootElement.Clone();
    }
}
