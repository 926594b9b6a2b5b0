using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>
/// Does in the Worker what a plugin may ask of it: requests to its broker, its account's store and mailbox, its log. All of it goes
/// through the session's own context, as it would for a plugin in the Worker, and within the command that the plugin was given: leave to
/// send, limits and allowed hosts are looked at here, out of the plugin's reach.
/// </summary>
internal sealed class HostDesk(TimeProvider clock)
{
    private const int MostSockets = 20, MostRead = 1 << 20, LongestLine = 4000, MostLines = 200;
    private readonly ConcurrentDictionary<long, Granted> sessions = new();
    private long lastNumber;
    private long second;
    private int lines;

    /// <summary>Told with the name of code that the plugin has loaded and nobody has checked.</summary>
    public event Action<string>? Breached;

    /// <returns>The number by which the process names the context.</returns>
    public long Grant(IConnectorContext context)
    {
        var number = Interlocked.Increment(ref lastNumber);
        sessions[number] = new Granted(context);
        return number;
    }

    public void Withdraw(long number)
    {
        if (!sessions.TryRemove(number, out var granted)) return;
        foreach (var socket in granted.Sockets.Values) socket.Dispose();
    }

    public async Task<Reply> ServeAsync(Frame frame, CancellationToken ct)
    {
        if (frame.Call == Call.Breach)
        {
            Breached?.Invoke(ForeignText.Clean(WireJson.Read(frame.Json, WireJson.Default.String), 500));
            return default;
        }
        if (!sessions.TryGetValue(frame.Session, out var granted)) throw new RequestNotSentException("The session has ended.");
        var context = granted.Context;
        switch (frame.Call)
        {
            case Call.SendOnce: return await SendAsync(frame, context.Http.SendOnceAsync, ct);
            case Call.Query: return await SendAsync(frame, context.Http.QueryAsync, ct);
            case Call.SetLimit:
                var limit = WireJson.Required(frame.Json, WireJson.Default.LimitCall);
                context.Http.SetLimit(limit.Bucket, limit.Permits, limit.Per);
                return default;
            case Call.AwaitLimit:
                await context.Http.WaitAsync(WireJson.Required(frame.Json, WireJson.Default.String), ct);
                return default;
            case Call.OpenSocket: return await OpenAsync(frame, granted, ct);
            case Call.SendOnSocket:
                var message = WireJson.Required(frame.Json, WireJson.Default.SocketMessage);
                await granted.Socket(message.Socket).SendAsync(frame.Tail, message.Type, message.IsLast, ct);
                return default;
            case Call.ReceiveOnSocket: return await ReceiveAsync(frame, granted, ct);
            case Call.CloseSocket:
                var closing = WireJson.Required(frame.Json, WireJson.Default.SocketClosing);
                if (closing.Waits) await granted.Socket(closing.Socket).CloseAsync(closing.Status, closing.Words, ct);
                else await granted.Socket(closing.Socket).CloseOutputAsync(closing.Status, closing.Words, ct);
                return default;
            case Call.AbortSocket:
                if (granted.Sockets.TryRemove(WireJson.Read(frame.Json, WireJson.Default.Int64), out var aborted))
                {
                    aborted.Abort();
                    aborted.Dispose();
                }
                return default;
            case Call.ReadState: return WireJson.Reply(await context.State.GetAsync(WireJson.Required(frame.Json, WireJson.Default.String),
                ct), WireJson.Default.String);
            case Call.WriteState:
                var written = WireJson.Required(frame.Json, WireJson.Default.StateCall);
                await context.State.SetAsync(written.Key, written.Value, ct);
                return default;
            case Call.LatestReport: return WireJson.Reply(await Agent(context).LatestAsync(ct), WireJson.Default.AgentReport);
            case Call.SendCommand:
                return WireJson.Reply(
                    AgentReply.Of(await Agent(context).SendAsync(WireJson.Required(frame.Json, WireJson.Default.AgentCommand), ct)),
                        WireJson.Default.AgentReply);
            case Call.FindCommand:
                return WireJson.Reply(await Agent(context).FindAsync(WireJson.Required(frame.Json, WireJson.Default.String), ct),
                    WireJson.Default.AgentCommandRecord);
            case Call.FindByMagic:
                return WireJson.Reply(await Agent(context).FindByMagicAsync(WireJson.Required(frame.Json,
                    WireJson.Default.IReadOnlyCollectionInt64), ct),
                    WireJson.Default.IReadOnlyListAgentCommandRecord);
            case Call.Log:
                Write(context.Log, WireJson.Required(frame.Json, WireJson.Default.LogLine));
                return default;
            default: throw new NotSupportedException($"The host has no {frame.Call}.");
        }
    }

    private static async Task<Reply> SendAsync(
        Frame frame, Func<HttpRequestMessage, RequestClass, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken ct)
    {
        var call = WireJson.Required(frame.Json, WireJson.Default.HttpCall);
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Address);
        foreach (var (name, values) in call.Headers) request.Headers.TryAddWithoutValidation(name, values);
        if (call.ContentHeaders is { } headers)
        {
            request.Content = new ByteArrayContent(frame.Tail.ToArray());
            foreach (var (name, values) in headers) request.Content.Headers.TryAddWithoutValidation(name, values);
        }
        using var response = await send(request, call.Class, ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        var reply = new HttpReply((int)response.StatusCode, response.ReasonPhrase, HttpHeaders.Of(response.Headers),
            HttpHeaders.Of(response.Content.Headers));
        return WireJson.Reply(reply, WireJson.Default.HttpReply) with { Tail = body };
    }

    private static async Task<Reply> OpenAsync(Frame frame, Granted granted, CancellationToken ct)
    {
        if (granted.Sockets.Count >= MostSockets) throw new RequestNotSentException($"A session has at most {MostSockets} push feeds.");
        var socket = await granted.Context.Http.OpenWebSocketAsync(WireJson.Required(frame.Json, WireJson.Default.SocketRequest), ct);
        var number = granted.Add(socket);
        return WireJson.Reply(new SocketOpened(number, socket.SubProtocol), WireJson.Default.SocketOpened);
    }

    private static async Task<Reply> ReceiveAsync(Frame frame, Granted granted, CancellationToken ct)
    {
        var asked = WireJson.Required(frame.Json, WireJson.Default.SocketRead);
        var socket = granted.Socket(asked.Socket);
        // Nothing at all is a question too: whether there is something.
        var buffer = new byte[Math.Clamp(asked.Most, 0, MostRead)];
        var got = await socket.ReceiveAsync(buffer.AsMemory(), ct);
        var isClose = got.MessageType == WebSocketMessageType.Close;
        var reply = new SocketReceived(got.MessageType, got.EndOfMessage, isClose ? socket.CloseStatus : null,
            isClose ? socket.CloseStatusDescription : null);
        return WireJson.Reply(reply, WireJson.Default.SocketReceived) with { Tail = buffer.AsMemory(0, got.Count) };
    }

    private static IAgentChannel Agent(IConnectorContext context) =>
        context.Agent ?? throw new NotSupportedException("The account has no terminal.");

    // A plugin that floods the log is not written out.
    private void Write(ILogger log, LogLine line)
    {
        var now = clock.GetTimestamp() / clock.TimestampFrequency;
        if (Interlocked.Exchange(ref second, now) != now) lines = 0;
        if (++lines > MostLines || !Enum.IsDefined(line.Level)) return;
        log.Log(line.Level, default, ForeignText.Clean(line.Text, LongestLine), null, static (text, _) => text);
    }

    /// <summary>The context of one session, with the push feeds that it has open.</summary>
    private sealed class Granted(IConnectorContext context)
    {
        private long lastSocket;

        public IConnectorContext Context => context;

        public ConcurrentDictionary<long, WebSocket> Sockets { get; } = new();

        public WebSocket Socket(long number) =>
            Sockets.TryGetValue(number, out var socket) ? socket : throw new WebSocketException(WebSocketError.InvalidState,
                "The push feed has ended.");

        public long Add(WebSocket socket)
        {
            var number = Interlocked.Increment(ref lastSocket);
            Sockets[number] = socket;
            return number;
        }
    }
}
