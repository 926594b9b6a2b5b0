using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TradeFlow.Benchmarks.Load;

/// <summary>One connection that is kept, and sends and reads with as little work as can be: what is measured is not this.</summary>
internal sealed class Sender(Uri address) : IDisposable
{
    private static ReadOnlySpan<byte> HeadersEnd => "\r\n\r\n"u8;
    private static ReadOnlySpan<byte> LengthHeader => "content-length:"u8;
    private readonly byte[] buffer = new byte[32 * 1024];
    private Socket? socket;

    /// <returns>The status of the answer; 0 when there was none.</returns>
    public async Task<int> SendAsync(string path, string body)
    {
        try
        {
            if (socket is null)
            {
                socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(address.Host, address.Port);
            }
            var request = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            await socket.SendAsync(request);
            return await ReadAsync(socket);
        }
        catch (SocketException)
        {
            Dispose();
            return 0;
        }
    }

    private async Task<int> ReadAsync(Socket from)
    {
        var have = 0;
        while (true)
        {
            var read = await from.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0)
            {
                Dispose();
                return 0;
            }
            have += read;
            if (Whole(buffer.AsSpan(0, have)) is { } status) return status;
        }
    }

    private static int? Whole(ReadOnlySpan<byte> got)
    {
        var end = got.IndexOf(HeadersEnd);
        if (end < 0) return null;
        var length = 0;
        foreach (var range in got[..end].Split("\r\n"u8))
        {
            var line = got[..end][range];
            if (line.Length > LengthHeader.Length && Ascii.EqualsIgnoreCase(line[..LengthHeader.Length], LengthHeader))
                length = int.Parse(line[LengthHeader.Length..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
        }
        return got.Length >= end + 4 + length ? int.Parse(got.Slice(9, 3), CultureInfo.InvariantCulture) : null;
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }
}
