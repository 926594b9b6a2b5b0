using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>What a change of the limits leaves in the audit log: the members that changed, before and after.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RiskConfigView))]
[JsonSerializable(typeof(Dictionary<string, RiskChange>))]
internal sealed partial class RiskJson : JsonSerializerContext
{
    public static string Changes(RiskConfigView before, RiskConfigView after)
    {
        var old = JsonSerializer.SerializeToElement(before, Default.RiskConfigView);
        var changed = JsonSerializer.SerializeToElement(after, Default.RiskConfigView).EnumerateObject()
            .Where(member => !System.Text.Json.JsonElement.DeepEquals(member.Value, old.GetProperty(member.Name)))
            .ToDictionary(member => member.Name, member => new RiskChange(old.GetProperty(member.Name), member.Value));
        return JsonSerializer.Serialize(changed, Default.DictionaryStringRiskChange);
    }
}

internal sealed record RiskChange(JsonElement From, JsonElement To);
