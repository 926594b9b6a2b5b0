using System.Net.WebSockets;

namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>A push feed that the Worker holds open.</summary>
internal sealed class HostSocket(HostLine line, SocketOpened opened) : WebSocket
{
    private WebSocketState state = WebSocketState.Open;
    private WebSocketCloseStatus? closeStatus;
    private string? closeWords;

    public override WebSocketCloseStatus? CloseStatus => closeStatus;
    public override string? CloseStatusDescription => closeWords;
    public override WebSocketState State => state;
    public override string? SubProtocol => opened.Subprotocol;

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var got = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new WebSocketReceiveResult(got.Count, got.MessageType, got.EndOfMessage, closeStatus, closeWords);
    }

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var reply = await OverAsync(line.AskAsync(Call.ReceiveOnSocket, WireJson.Reply(new SocketRead(opened.Socket, buffer.Length),
            WireJson.Default.SocketRead), cancellationToken));
        var got = WireJson.Required(reply.Json, WireJson.Default.SocketReceived);
        reply.Tail.CopyTo(buffer);
        if (got.Type == WebSocketMessageType.Close)
        {
            (closeStatus, closeWords) = (got.Status, got.Words);
            state = state == WebSocketState.CloseSent ? WebSocketState.Closed : WebSocketState.CloseReceived;
        }
        return new ValueWebSocketReceiveResult(reply.Tail.Length, got.Type, got.IsLast);
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage,
        CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage,
        CancellationToken cancellationToken)
    {
        // Copied: whoever sends it may use the buffer again before it is written.
        var message = WireJson.Reply(new SocketMessage(opened.Socket, messageType, endOfMessage),
            WireJson.Default.SocketMessage) with { Tail = buffer.ToArray() };
        await OverAsync(line.AskAsync(Call.SendOnSocket, message, cancellationToken));
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseAsync(closeStatus, statusDescription, waits: true, WebSocketState.Closed, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription,
        CancellationToken cancellationToken) =>
        CloseAsync(closeStatus, statusDescription, waits: false,
            state == WebSocketState.CloseReceived ? WebSocketState.Closed : WebSocketState.CloseSent, cancellationToken);

    public override void Abort()
    {
        if (state == WebSocketState.Aborted) return;
        state = WebSocketState.Aborted;
        line.Tell(Call.AbortSocket, WireJson.Reply(opened.Socket, WireJson.Default.Int64));
    }

    public override void Dispose() => Abort();

    private async Task CloseAsync(WebSocketCloseStatus status, string? words, bool waits, WebSocketState next, CancellationToken ct)
    {
        await OverAsync(line.AskAsync(Call.CloseSocket, WireJson.Reply(new SocketClosing(opened.Socket, status, words, waits),
            WireJson.Default.SocketClosing), ct));
        state = next;
    }

    // A socket that was cut, or given up in the middle, is of no further use.
    private async Task<Reply> OverAsync(Task<Reply> asked)
    {
        try
        {
            return await asked;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            state = WebSocketState.Aborted;
            throw;
        }
    }
}
