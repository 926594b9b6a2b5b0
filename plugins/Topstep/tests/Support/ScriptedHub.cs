using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace TradeFlow.Plugins.Topstep.Tests.Support;

/// <summary>A hub of which every byte is the test's: what it says, in which pieces, and what it answers.</summary>
internal sealed class ScriptedHub : WebSocket
{
    public const char End = '\u001e';

    private readonly Channel<byte[]> said = Channel.CreateUnbounded<byte[]>();
    private byte[] rest = [];
    private WebSocketState state = WebSocketState.Open;

    /// <summary>The hub's answer to a call: the method and its arguments in, the record without its end out; null says nothing.</summary>
    public Func<string, JsonElement, string, string?> Answer { get; init; } = (_, _, id) => Done(id);

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>All that a session subscribes to has been answered.</summary>
    public bool IsSubscribed => Calls.Count >= 4;

    public override WebSocketCloseStatus? CloseStatus => null;
    public override string? CloseStatusDescription => null;
    public override WebSocketState State => state;
    public override string? SubProtocol => null;

    public static string Done(string id) => $$"""{"type":3,"invocationId":"{{id}}","result":null}""";

    /// <summary>Text as it goes over the wire; the test writes the ends of the records itself.</summary>
    public void Say(string wire) => said.Writer.TryWrite(Encoding.UTF8.GetBytes(wire));

    public void Tell(string target, string arguments) => Say($$"""{"type":1,"target":"{{target}}","arguments":{{arguments}}}""" + End);

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        if (rest.Length == 0)
        {
            try
            {
                rest = await said.Reader.ReadAsync(cancellationToken);
            }
            catch (ChannelClosedException e)
            {
                throw new WebSocketException("The connection was cut.", e);
            }
        }
        var count = Math.Min(buffer.Count, rest.Length);
        rest.AsSpan(0, count).CopyTo(buffer);
        rest = rest[count..];
        return new WebSocketReceiveResult(count, WebSocketMessageType.Text, rest.Length == 0);
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        foreach (var record in Encoding.UTF8.GetString(buffer).Split(End, StringSplitOptions.RemoveEmptyEntries))
        {
            using var message = JsonDocument.Parse(record);
            if (message.RootElement.TryGetProperty("protocol", out _))
            {
                Say("{}" + End);
            }
            else if (message.RootElement.GetProperty("type").GetInt32() == 1)
            {
                var (method, id) = (message.RootElement.GetProperty("target").GetString() ?? "",
                    message.RootElement.GetProperty("invocationId").GetString() ?? "");
                if (Answer(method, message.RootElement.GetProperty("arguments"), id) is { } reply) Say(reply + End);
                Calls.Enqueue(method);
            }
        }
        return Task.CompletedTask;
    }

    public override void Abort()
    {
        state = WebSocketState.Aborted;
        said.Writer.TryComplete();
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        Abort();
        return Task.CompletedTask;
    }

    public override void Dispose() => Abort();
}
