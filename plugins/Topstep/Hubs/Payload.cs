using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>
/// The arguments of a user event: the bare object of the documents, or <c>[{"action":n,"data":{…}}]</c> as it was seen live.
/// </summary>
internal static class Payload
{
    public static IEnumerable<T> Read<T>(JsonElement arguments, JsonTypeInfo<T> type) where T : class
    {
        foreach (var item in Flat(arguments))
        {
            var data = item.ValueKind is JsonValueKind.Object && item.TryGetProperty("data", out var wrapped)
                && wrapped.ValueKind is JsonValueKind.Object ? wrapped : item;
            if (data.ValueKind is JsonValueKind.Object && data.Deserialize(type) is { } read) yield return read;
        }
    }

    private static IEnumerable<JsonElement> Flat(JsonElement element) =>
        element.ValueKind is JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [element];
}
