using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Simulators.Tests.ProjectX;

/// <summary>
/// The JSON hub protocol by hand: a handshake, then frames that end in 0x1E. Negotiation is skipped, as the vendor's documentation does.
/// </summary>
internal sealed class HubConnection : IAsyncDisposable
{
    private const char End = '\u001e';

    private readonly ClientWebSocket socket = new();
    private readonly List<(string Method, JsonElement[] Arguments)> seen = [];
    private readonly Dictionary<string, string?> completed = [];
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private Task reading = Task.CompletedTask;
    private int lastId;

    public bool Closed => reading.IsCompleted;

    public static async Task<HubConnection> OpenAsync(Uri address)
    {
        var connection = new HubConnection();
        await connection.socket.ConnectAsync(address, CancellationToken.None);
        await connection.SendAsync("""{"protocol":"json","version":1}""");
        connection.reading = connection.ReadAsync();
        return connection;
    }

    /// <summary>Calls a method of the hub; answers the error, or null.</summary>
    public async Task<string?> InvokeAsync(string method, params object[] arguments)
    {
        var id = $"{++lastId}";
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        await Eventually.True(() =>
        {
            lock (gate) return Task.FromResult(completed.ContainsKey(id));
        }, $"{method} is answered");
        lock (gate) return completed[id];
    }

    public (string Method, JsonElement[] Arguments)[] Seen()
    {
        lock (gate) return [.. seen];
    }

    /// <summary>The data of all events of one kind, however it is wrapped.</summary>
    public JsonElement[] Data(string method) => [.. Events(method).Select(item => item.Data)];

    public (int? Action, JsonElement Data)[] Events(string method) =>
        [.. Seen().Where(item => item.Method == method).Select(item => Unwrapped(item.Arguments[0]))];

    /// <summary>The close message, where there was one.</summary>
    public string? Farewell { get; private set; }

    public Task WaitForAsync(string method, int count = 1) =>
        Eventually.True(() => Task.FromResult(Seen().Count(item => item.Method == method) >= count),
            $"{count} × {method}; seen: {string.Join(", ", Seen().Select(item => item.Method))}");

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await reading;
        socket.Dispose();
        closing.Dispose();
    }

    private static (int? Action, JsonElement Data) Unwrapped(JsonElement argument)
    {
        if (argument.ValueKind is JsonValueKind.Array) argument = argument[0];
        return argument.TryGetProperty("data", out var data) ? (argument.GetProperty("action").GetInt32(), data) : (null, argument);
    }

    private Task SendAsync(string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame + End), WebSocketMessageType.Text, true, CancellationToken.None);

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var text = new StringBuilder();
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, closing.Token);
                if (received.MessageType is WebSocketMessageType.Close) return;
                text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
                for (int end; (end = text.ToString().IndexOf(End, StringComparison.Ordinal)) >= 0; text.Remove(0, end + 1))
                    Take(text.ToString(0, end));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The other side or the test ended the connection.
        }
    }

    private void Take(string frame)
    {
        var message = JsonDocument.Parse(frame).RootElement;
        if (!message.TryGetProperty("type", out var type)) return;
        lock (gate)
        {
            if (type.GetInt32() == 1)
                seen.Add((message.GetProperty("target").GetString()!, [.. message.GetProperty("arguments").EnumerateArray()]));
            if (type.GetInt32() == 7) Farewell = frame;
            if (type.GetInt32() == 3)
                completed[message.GetProperty("invocationId").GetString()!] = message.TryGetProperty("error", out var error)
                    ? error.GetString() : null;
        }
    }
}
