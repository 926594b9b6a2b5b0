using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Contracts;

// Lenient on purpose: a Worker of the next version may have written members that this Api does not know.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectorManifest))]
internal sealed partial class StoredManifestJson : JsonSerializerContext;
