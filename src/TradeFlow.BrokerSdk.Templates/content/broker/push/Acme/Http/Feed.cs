using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Acme.Http;

/// <summary>One connection to the broker's feed: JSON messages, a ping every few seconds. It is read by one reader.</summary>
internal sealed class Feed(WebSocket socket, TimeProvider clock) : IDisposable
{
    private const int LongestMessage = 1 << 20;
    // The broker pings every 10 s. "Open" says nothing, hearing from it does.
    private static readonly TimeSpan SilenceAtMost = TimeSpan.FromSeconds(30);
    private readonly ArrayBufferWriter<byte> pending = new(8192);

    /// <exception cref="WebSocketException">The broker refused, or the connection has ended.</exception>
    public async Task SubscribeAsync(string account, CancellationToken ct)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(new SubscribeMessage(account), AcmeJson.Default.SubscribeMessage);
        await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, ct);
        var answer = await NextAsync(ct);
        if (answer.Type != "subscribed")
            throw new WebSocketException($"Acme answered the subscription with {answer.Type}. {answer.Message}");
    }

    /// <summary>The next message. There is no end but an exception.</summary>
    /// <exception cref="WebSocketException">The connection has ended, was silent for too long, or said what cannot be read.</exception>
    public async Task<FeedMessage> NextAsync(CancellationToken ct)
    {
        using var silence = new CancellationTokenSource(SilenceAtMost, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, ct);
        try
        {
            return JsonSerializer.Deserialize(await ReceiveAsync(both.Token), AcmeJson.Default.FeedMessage)
                ?? throw new JsonException("null");
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new WebSocketException("The feed has fallen silent.", e);
        }
        catch (JsonException e)
        {
            // What it may have said is read with the whole state.
            throw new WebSocketException("The feed sent a message that cannot be read.", e);
        }
    }

    public void Dispose()
    {
        socket.Abort();
        socket.Dispose();
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken ct)
    {
        pending.ResetWrittenCount();
        while (true)
        {
            var got = await socket.ReceiveAsync(pending.GetMemory(4096), ct);
            if (got.MessageType is WebSocketMessageType.Close) throw new WebSocketException("Acme has closed the feed.");
            pending.Advance(got.Count);
            if (got.EndOfMessage) return pending.WrittenSpan.ToArray();
            if (pending.WrittenCount > LongestMessage) throw new WebSocketException("The feed sent a message without an end.");
        }
    }
}
