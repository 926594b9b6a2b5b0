using System.Text.Json.Serialization;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// Reports, commands and results as they are kept. Every member is written: the reader would set a missing one to null, whatever its
/// default.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AgentReport))]
[JsonSerializable(typeof(AgentCommand))]
[JsonSerializable(typeof(AgentResult))]
[JsonSerializable(typeof(IReadOnlyList<AgentResult>))]
[JsonSerializable(typeof(IReadOnlyList<SeenPosition>))]
[JsonSerializable(typeof(Dictionary<string, AgentSymbol>))]
[JsonSerializable(typeof(Dictionary<string, decimal?[]>))]
internal sealed partial class AgentsJson : JsonSerializerContext;

/// <summary>A position as proof of the command that opened it; the names are those of a result.</summary>
internal sealed record SeenPosition(string Comment, long Magic, string Ticket, decimal? Price, decimal? Quantity, decimal? Profit);
