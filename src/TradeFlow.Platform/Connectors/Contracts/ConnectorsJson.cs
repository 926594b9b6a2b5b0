using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>The shapes of jobs and of stored instruments.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectRequestBody))]
[JsonSerializable(typeof(ConnectAnswer))]
[JsonSerializable(typeof(LogInStep))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(OptionsRequestBody))]
[JsonSerializable(typeof(OptionsFound))]
[JsonSerializable(typeof(SymbolRequest))]
[JsonSerializable(typeof(InstrumentFound))]
[JsonSerializable(typeof(Instrument))]
[JsonSerializable(typeof(Quote))]
[JsonSerializable(typeof(AccountSnapshot))]
[JsonSerializable(typeof(JobFailure))]
[JsonSerializable(typeof(PluginConformance))]
public sealed partial class ConnectorsJson : JsonSerializerContext;
