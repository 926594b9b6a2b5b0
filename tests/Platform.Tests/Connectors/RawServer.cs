using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>A server that counts requests byte by byte and may answer anything, or hang up instead.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();

    public RawServer()
    {
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }
    public ConcurrentQueue<string> Requests { get; } = new();
    public ConcurrentQueue<string> Headers { get; } = new();
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <summary>The answer to a request line; <c>null</c> closes the connection instead.</summary>
    public Func<string, string?> Answer { get; set; } = _ => Ok("{}");

    public static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(ending.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            while (await reader.ReadLineAsync(ending.Token) is { Length: > 0 } request)
            {
                var length = 0;
                while (await reader.ReadLineAsync(ending.Token) is { Length: > 0 } header)
                {
                    Headers.Enqueue(header);
                    if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(header.Split(':')[1]);
                }
                if (length > 0)
                {
                    var body = new char[length];
                    await reader.ReadBlockAsync(body, ending.Token);
                    Bodies.Enqueue(new string(body));
                }
                Requests.Enqueue(request);
                if (Answer(request) is not { } answer) return;
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer), ending.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has hung up, or the test is over.
        }
    }

    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
    }
}
