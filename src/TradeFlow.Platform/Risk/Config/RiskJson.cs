using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Risk.CoolDown;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>
/// The settings member by member, and what a change of them leaves in the audit log: the members that changed, before and after.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RiskConfigView))]
[JsonSerializable(typeof(Dictionary<string, RiskChange>))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(RiskWait))]
internal sealed partial class RiskJson : JsonSerializerContext
{
    public const string NoChange = "{}";

    public static string Changes(RiskConfigView before, RiskConfigView after)
    {
        var (old, now) = (Members(before), Members(after));
        return JsonSerializer.Serialize(Changed(old, now).ToDictionary(name => name, name => new RiskChange(old[name], now[name])),
            Default.DictionaryStringRiskChange);
    }

    /// <summary>What is said of a change that waits.</summary>
    public static string Of(WaitingChange waiting) =>
        JsonSerializer.Serialize(new RiskWait(waiting.Change, waiting.EffectiveAt), Default.RiskWait);

    public static Dictionary<string, JsonElement> Members(RiskConfigView view) =>
        JsonSerializer.SerializeToElement(view, Default.RiskConfigView).EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value);

    public static HashSet<string> Changed(Dictionary<string, JsonElement> before, Dictionary<string, JsonElement> after) =>
        [.. after.Where(member => !System.Text.Json.JsonElement.DeepEquals(member.Value, before[member.Key])).Select(member => member.Key)];

    public static JsonElement Object(IEnumerable<KeyValuePair<string, JsonElement>> members) =>
        JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(members), Default.DictionaryStringJsonElement);
}

internal sealed record RiskChange(JsonElement From, JsonElement To);

internal sealed record RiskWait(JsonElement To, DateTimeOffset EffectiveAt);
