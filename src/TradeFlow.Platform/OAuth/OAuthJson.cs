using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.OAuth.Consent;

namespace TradeFlow.Platform.OAuth;

[JsonSerializable(typeof(IReadOnlyCollection<string>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Decision))]
internal sealed partial class OAuthJson : JsonSerializerContext
{
    /// <summary>A column of OpenIddict that holds a list: scopes, permissions, addresses.</summary>
    public static HashSet<string> SetOf(string json) => [.. JsonSerializer.Deserialize(json, Default.StringArray) ?? []];
}
