using System.Buffers.Text;
using System.Net.WebSockets;

namespace TradeFlow.Benchmarks.Sockets;

/// <summary>One socket that reads as fast as it is told.</summary>
internal sealed class Watcher(Latencies latencies) : IDisposable
{
    private readonly ClientWebSocket socket = new();
    private int lasts;

    /// <summary>How many positions have had their last tick here.</summary>
    public int Lasts => Volatile.Read(ref lasts);

    public async Task OpenAsync(Uri address, CancellationToken ct) => await socket.ConnectAsync(address, ct);

    public async Task ReadAsync(CancellationToken ct)
    {
        var buffer = new byte[8192];
        while (socket.State == WebSocketState.Open)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), ct);
            if (read.MessageType == WebSocketMessageType.Text) Note(buffer.AsSpan(0, read.Count));
        }
    }

    private void Note(ReadOnlySpan<byte> frame)
    {
        var at = frame.IndexOf(Ticker.Stamp);
        if (at < 0 || !Utf8Parser.TryParse(frame[(at + Ticker.Stamp.Length)..], out long stamp, out _)) return;
        latencies.Add(stamp);
        if (frame.IndexOf(Ticker.Last) >= 0) Interlocked.Increment(ref lasts);
    }

    public void Dispose() => socket.Dispose();
}
