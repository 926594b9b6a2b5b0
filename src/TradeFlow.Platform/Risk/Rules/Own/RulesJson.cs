using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Risk.Priced;

namespace TradeFlow.Platform.Risk.Rules.Own;

/// <summary>Reads settings.json and writes what rules keep: the programs have no serialization by reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OwnForm))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(PricedRefusal))]
internal sealed partial class RulesJson : JsonSerializerContext;
