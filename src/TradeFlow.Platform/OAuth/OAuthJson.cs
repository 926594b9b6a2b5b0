using System.Text.Json.Serialization;
using TradeFlow.Platform.OAuth.Consent;

namespace TradeFlow.Platform.OAuth;

[JsonSerializable(typeof(IReadOnlyCollection<string>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Decision))]
internal sealed partial class OAuthJson : JsonSerializerContext;
