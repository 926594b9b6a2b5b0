using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>
/// What is written between the Worker and the process of a plugin. Every member is written: the reader would set a missing one to null,
/// whatever its default.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32)]
[JsonSerializable(typeof(LoadRequest))]
[JsonSerializable(typeof(ConnectCall))]
[JsonSerializable(typeof(ConnectReply))]
[JsonSerializable(typeof(OptionsCall))]
[JsonSerializable(typeof(UpgradeCall))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<FieldOption>))]
[JsonSerializable(typeof(AccountSnapshot))]
[JsonSerializable(typeof(InstrumentQuery))]
[JsonSerializable(typeof(IReadOnlyList<Instrument>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Quote))]
[JsonSerializable(typeof(PlaceOrder))]
[JsonSerializable(typeof(OrderKey))]
[JsonSerializable(typeof(ClosePosition))]
[JsonSerializable(typeof(ModifyOrder))]
[JsonSerializable(typeof(OutcomeReply))]
[JsonSerializable(typeof(LookupReply))]
[JsonSerializable(typeof(StateWindow))]
[JsonSerializable(typeof(BrokerState))]
[JsonSerializable(typeof(UpdateReply))]
[JsonSerializable(typeof(HttpCall))]
[JsonSerializable(typeof(HttpReply))]
[JsonSerializable(typeof(LimitCall))]
[JsonSerializable(typeof(SocketRequest))]
[JsonSerializable(typeof(SocketOpened))]
[JsonSerializable(typeof(SocketMessage))]
[JsonSerializable(typeof(SocketRead))]
[JsonSerializable(typeof(SocketReceived))]
[JsonSerializable(typeof(SocketClosing))]
[JsonSerializable(typeof(StateCall))]
[JsonSerializable(typeof(AgentReport))]
[JsonSerializable(typeof(AgentCommand))]
[JsonSerializable(typeof(AgentReply))]
[JsonSerializable(typeof(AgentCommandRecord))]
[JsonSerializable(typeof(IReadOnlyList<AgentCommandRecord>))]
[JsonSerializable(typeof(IReadOnlyCollection<long>))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(Fault))]
internal sealed partial class WireJson : JsonSerializerContext
{
    public static Reply Reply<T>(T? value, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type!)); // null is written as null

    public static T? Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json.Span, type);

    /// <exception cref="JsonException">There is none.</exception>
    public static T Required<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) where T : class =>
        Read(json, type) ?? throw new JsonException("It is missing.");
}
