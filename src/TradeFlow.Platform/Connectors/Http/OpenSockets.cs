using System.Net.WebSockets;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>The push feeds of one session. They end with it, whether or not the plugin has closed them.</summary>
internal sealed class OpenSockets : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<WebSocket> open = [];
    private bool ended;

    public async Task<WebSocket> OpenAsync(Uri address, SocketRequest request, HttpMessageInvoker invoker, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        try
        {
            foreach (var (name, value) in request.Headers) socket.Options.SetRequestHeader(name, value);
            foreach (var subprotocol in request.Subprotocols) socket.Options.AddSubProtocol(subprotocol);
            // Through the session's own handler, so that the rule about private addresses holds here too.
            await socket.ConnectAsync(address, invoker, ct);
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(ended, this);
                open.RemoveAll(other => other.State is not WebSocketState.Open);
                open.Add(socket);
            }
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            foreach (var socket in open) socket.Abort();
            open.Clear();
        }
    }
}
