using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>
/// A connection to a SignalR hub over a WebSocket with negotiation skipped, as the gateway's documents ask: JSON hub protocol version 1, records end with
/// 0x1E, a ping both ways. The official client cannot be used: it opens its connection past the host.
/// </summary>
internal sealed class HubConnection : IAsyncDisposable
{
    private const byte End = 0x1E;
    private const int LongestRecord = 1 << 20;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    // The server pings every 15 s; "open" says nothing, hearing from it does.
    private static readonly TimeSpan SilenceAtMost = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(8);

    private readonly WebSocket socket;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim sending = new(1);
    private readonly ArrayBufferWriter<byte> pending = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> invocations = new(StringComparer.Ordinal);
    private int lastInvocation;

    private HubConnection(WebSocket socket, TimeProvider clock) => (this.socket, this.clock) = (socket, clock);

    /// <exception cref="WebSocketException">The hub did not take the connection.</exception>
    public static async Task<HubConnection> OpenAsync(IConnectorContext context, Uri hub, string token, CancellationToken ct)
    {
        var address = new UriBuilder(hub) { Query = $"access_token={Uri.EscapeDataString(token)}" }.Uri;
        // The documents have the token in the address; clients that work send it in the header, too.
        var headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" };
        var connection = new HubConnection(await context.Http.OpenWebSocketAsync(new SocketRequest { Address = address, Headers = headers }, ct), context.Clock);
        try
        {
            await connection.SendAsync("""{"protocol":"json","version":1}"""u8.ToArray(), ct);
            using var deadline = new CancellationTokenSource(AnswerWithin, context.Clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
            using var handshake = JsonDocument.Parse(await connection.ReceiveAsync(both.Token));
            if (ErrorOf(handshake.RootElement) is { } error) throw new WebSocketException($"The hub refused the handshake: {error}");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads until the connection ends; it always ends with an exception.</summary>
    public async Task ReadAsync(Action<string, JsonElement> onEvent, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pings = PingAsync(end.Token);
        try
        {
            while (true)
            {
                using var silence = new CancellationTokenSource(SilenceAtMost, clock);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, ct);
                try
                {
                    using var message = JsonDocument.Parse(await ReceiveAsync(both.Token));
                    if (message.RootElement.ValueKind is JsonValueKind.Object) Take(message.RootElement, onEvent);
                }
                catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
                {
                    throw new WebSocketException("The hub has fallen silent.", e);
                }
                catch (JsonException e)
                {
                    throw new WebSocketException("The hub sent a record that cannot be read.", e);
                }
            }
        }
        finally
        {
            foreach (var invocation in invocations.Values) invocation.TrySetException(new WebSocketException("The hub's connection has ended."));
            await end.CancelAsync();
            await pings.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Calls a method of the hub; <see cref="ReadAsync"/> must be running.</summary>
    /// <exception cref="HubRefusedException">The hub refused it; the connection is fine.</exception>
    /// <exception cref="WebSocketException">The hub did not answer.</exception>
    public async Task InvokeAsync(string method, string? argument, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref lastInvocation).ToString(CultureInfo.InvariantCulture);
        var done = invocations[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SendAsync(Invocation(id, method, argument), ct);
            await done.Task.WaitAsync(AnswerWithin, clock, ct);
        }
        catch (TimeoutException e)
        {
            throw new WebSocketException($"The hub did not answer {method}.", e);
        }
        finally
        {
            invocations.TryRemove(id, out _);
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        sending.Dispose();
        return ValueTask.CompletedTask;
    }

    // Account ids go as numbers, contract ids as text.
    private static byte[] Invocation(string id, string method, string? argument)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("type", 1);
            json.WriteString("invocationId", id);
            json.WriteString("target", method);
            json.WriteStartArray("arguments");
            if (long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) json.WriteNumberValue(number);
            else if (argument is not null) json.WriteStringValue(argument);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void Take(JsonElement message, Action<string, JsonElement> onEvent)
    {
        switch (message.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.Number && type.TryGetInt32(out var number) ? number : 0)
        {
            case 1 when message.TryGetProperty("target", out var target) && message.TryGetProperty("arguments", out var arguments):
                onEvent(target.ToString(), arguments);
                break;
            case 3 when message.TryGetProperty("invocationId", out var id) && invocations.TryGetValue(id.ToString(), out var invocation):
                if (ErrorOf(message) is { } error) invocation.TrySetException(new HubRefusedException($"The hub refused: {error}"));
                else invocation.TrySetResult();
                break;
            case 7:
                throw new WebSocketException(ErrorOf(message) is { } reason ? $"The hub closed: {reason}" : "The hub closed.");
        }
    }

    // An error that is null is none.
    private static string? ErrorOf(JsonElement message) =>
        message.ValueKind is JsonValueKind.Object && message.TryGetProperty("error", out var error) && error.ValueKind is not JsonValueKind.Null ? error.ToString() : null;

    private async Task PingAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(PingEvery, clock, ct);
            await SendAsync("""{"type":6}"""u8.ToArray(), ct);
        }
    }

    private async Task SendAsync(byte[] record, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync((byte[])[.. record, End], WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        finally
        {
            sending.Release();
        }
    }

    // Records and messages of the socket do not end together.
    private async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken ct)
    {
        while (true)
        {
            var at = pending.WrittenSpan.IndexOf(End);
            if (at >= 0)
            {
                var record = pending.WrittenSpan[..at].ToArray();
                var rest = pending.WrittenSpan[(at + 1)..].ToArray();
                pending.ResetWrittenCount();
                pending.Write(rest);
                if (record.Length == 0) continue;
                return record;
            }
            if (pending.WrittenCount > LongestRecord) throw new WebSocketException("The hub sent a record without an end.");
            var got = await socket.ReceiveAsync(pending.GetMemory(8192), ct);
            if (got.MessageType is WebSocketMessageType.Close) throw new WebSocketException("The hub hung up.");
            pending.Advance(got.Count);
        }
    }
}

/// <summary>A method of the hub answered with an error. Never leaves the feeds.</summary>
internal sealed class HubRefusedException(string message) : Exception(message);
