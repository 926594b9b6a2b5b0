using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>A mail relay that offers no TLS, as RFC 5321 describes it, and keeps what it is given.</summary>
internal sealed class SmtpRelay : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();

    public SmtpRelay()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public ConcurrentQueue<(string To, string Mail)> Taken { get; } = new();

    /// <summary>Commands, up to their first word.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Its answer to a recipient.</summary>
    public string OfRecipient { get; set; } = "250 OK";

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
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        try
        {
            await writer.WriteLineAsync("220 relay");
            var to = "";
            while (await reader.ReadLineAsync(ending.Token) is { } line)
            {
                var verb = line.Split(' ')[0].ToUpperInvariant();
                Commands.Enqueue(verb);
                if (verb == "RCPT") to = line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
                await writer.WriteLineAsync(verb switch
                {
                    "EHLO" => "250-relay\r\n250 8BITMIME",
                    "RCPT" => OfRecipient,
                    "DATA" => "354 go on",
                    "QUIT" => "221 bye",
                    _ => "250 OK",
                });
                if (verb == "QUIT") return;
                if (verb != "DATA") continue;
                Taken.Enqueue((to, await ReadMailAsync(reader)));
                await writer.WriteLineAsync("250 taken");
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has hung up, or the test is over.
        }
    }

    private async Task<string> ReadMailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(ending.Token) is { } line and not ".")
            mail.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        return mail.ToString();
    }

    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
        ending.Dispose();
    }
}
