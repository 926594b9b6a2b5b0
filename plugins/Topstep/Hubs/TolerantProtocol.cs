using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>
/// The JSON protocol for a gateway of which the shapes are not sure. Every event is handed over as <see cref="Event"/> with its name and
/// all of its arguments, because the official protocol drops a call whose arguments are not as many as were expected; ids may be numbers; a
/// record of an unknown kind is skipped.
/// </summary>
internal sealed class TolerantProtocol : IHubProtocol
{
    public const string Event = "event";

    private const byte End = 0x1E;
    private const int LongestRecord = 1 << 20;

    private readonly JsonHubProtocol strict = new(Options.Create(new JsonHubProtocolOptions
    {
        PayloadSerializerOptions = new JsonSerializerOptions { TypeInfoResolver = ArgumentJson.Default },
    }));

    /// <summary>What the hub said when it ended the connection.</summary>
    public string? Farewell { get; private set; }

    public string Name => strict.Name;
    public int Version => strict.Version;
    public TransferFormat TransferFormat => strict.TransferFormat;

    public bool IsVersionSupported(int version) => strict.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => strict.GetMessageBytes(message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => strict.WriteMessage(message, output);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, out HubMessage message)
    {
        while (input.PositionOf(End) is { } end)
        {
            var record = input.Slice(0, end);
            input = input.Slice(input.GetPosition(1, end));
            if (!record.IsEmpty && Read(record) is { } read)
            {
                message = read;
                return true;
            }
        }
        if (input.Length > LongestRecord) throw new InvalidDataException("The hub sent a record without an end.");
        message = null!; // no record is there; nobody looks at it
        return false;
    }

    private HubMessage? Read(ReadOnlySequence<byte> record)
    {
        using var document = Parse(record);
        var message = document.RootElement;
        if (message.ValueKind is not JsonValueKind.Object || !message.TryGetProperty("type", out var type)) return null;
        switch (type.ValueKind is JsonValueKind.Number && type.TryGetInt32(out var kind) ? kind : 0)
        {
            case 1 when message.TryGetProperty("target", out var target) && message.TryGetProperty("arguments", out var arguments):
                return new InvocationMessage(Event, [target.ToString(), arguments.Clone()]);
            case 3 when message.TryGetProperty("invocationId", out var id):
                return ErrorOf(message) is { } error
                    ? CompletionMessage.WithError(id.ToString(), error) : CompletionMessage.Empty(id.ToString());
            case 6:
                return PingMessage.Instance;
            case 7:
                // Told apart from the refusal of a call, which has words of the hub's, too.
                Farewell = ErrorOf(message) is { } reason ? $"The hub closed: {reason}" : "The hub closed.";
                return CloseMessage.Empty;
            default:
                return null;
        }
    }

    private static JsonDocument Parse(ReadOnlySequence<byte> record)
    {
        try
        {
            return JsonDocument.Parse(record);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The hub sent a record that cannot be read.", e);
        }
    }

    // An error that is null is none.
    private static string? ErrorOf(JsonElement message) =>
        message.TryGetProperty("error", out var error) && error.ValueKind is not JsonValueKind.Null ? error.ToString() : null;
}

/// <summary>What the methods of the hubs take.</summary>
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class ArgumentJson : JsonSerializerContext;
