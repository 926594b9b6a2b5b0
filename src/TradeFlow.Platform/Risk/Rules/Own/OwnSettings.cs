using System.Globalization;
using System.Text.Json.Nodes;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Risk.Rules.Own;

/// <summary>The settings that a rule has of its own: what was saved, or the defaults of its form.</summary>
internal sealed class OwnSettings(IReadOnlyDictionary<string, string> values)
{
    public bool IsSet(string key) => values.GetValueOrDefault(key) == "true";

    public decimal? Number(string key) =>
        decimal.TryParse(values.GetValueOrDefault(key), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>As they go over the wire, each by the type of its field; <c>null</c> is not set.</summary>
    public JsonObject ToJson(IReadOnlyList<FormField> fields) =>
        new(fields.Select(field =>
            KeyValuePair.Create<string, JsonNode?>(field.Key, !values.TryGetValue(field.Key, out var text) ? null : field.Type switch
            {
                "bool" => text == "true",
                "number" => Number(field.Key) is { } number ? JsonValue.Create(number) : null,
                _ => text,
            })));
}
