using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>
/// A server on the loopback between connector and venue. It speaks TCP, so that what the connector meets are the real exceptions of the
/// HTTP stack.
/// </summary>
internal sealed class FaultServer : IDisposable
{
    private const string TicketHeader = "X-Kit-Ticket";
    private static readonly TimeSpan SlowBy = TimeSpan.FromSeconds(1);
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    // Bound and never listening: connections to it are refused, and nobody else can take the port.
    private readonly Socket deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<string, Ticket> tickets = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly HttpMessageInvoker venue = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
    private int lastTicket;

    private sealed record Ticket(HttpFault Fault, Uri Target, TaskCompletionSource Arrived);

    private sealed record Answer(int Status, string ContentType, byte[] Body, string? RetryAfter);

    public FaultServer()
    {
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Sends the request through this server instead of straight to the venue.</summary>
    public void Redirect(HttpRequestMessage request, HttpFault fault, TaskCompletionSource arrived)
    {
        var target = request.RequestUri ?? throw new InvalidOperationException("A request needs an address.");
        var port = fault.Kind is FaultKind.Refused ? ((IPEndPoint)deaf.LocalEndPoint!).Port : ((IPEndPoint)listener.LocalEndpoint).Port;
        var number = Interlocked.Increment(ref lastTicket).ToString(CultureInfo.InvariantCulture);
        tickets[number] = new Ticket(fault, target, arrived);
        request.Headers.Add(TicketHeader, number);
        request.RequestUri = new UriBuilder(target) { Scheme = "http", Host = "127.0.0.1", Port = port }.Uri;
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        deaf.Dispose();
        venue.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token).ConfigureAwait(false), stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run has ended.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken ct)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream, ct).ConfigureAwait(false) is not { } request) return;
                var ticket = tickets[request.Headers.GetValues(TicketHeader).First()];
                using var forwarded = request;
                var answer = ticket.Fault.Reaches ? await ForwardAsync(forwarded, ticket.Target, ct).ConfigureAwait(false) : null;
                ticket.Arrived.TrySetResult();
                await StrikeAsync(client, stream, ticket.Fault, answer, ct).ConfigureAwait(false);
            }
            catch (Exception e)
                when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or HttpRequestException)
            {
                // The connector went away, or the venue did: there is nobody to answer.
            }
        }
    }

    private static async Task StrikeAsync(
        TcpClient client, NetworkStream stream, HttpFault fault, Answer? venueAnswer, CancellationToken ct)
    {
        switch (fault.Kind)
        {
            case FaultKind.Reset:
                // The socket itself: closing the stream or the client would say goodbye first.
                client.Client.Close(0);
                break;
            case FaultKind.Silence:
                // Until the connector hangs up.
                while (await stream.ReadAsync(new byte[256], ct).ConfigureAwait(false) > 0)
                {
                }
                break;
            case FaultKind.HalfBody:
                var whole = venueAnswer is { Body.Length: > 1 }
                    ? venueAnswer : new Answer(200, "application/json", "{\"status\":\"ok\"}"u8.ToArray(), null);
                await WriteAsync(stream, whole, whole.Body.Length / 2, ct).ConfigureAwait(false);
                break;
            case FaultKind.Slow when venueAnswer is not null:
                await Task.Delay(SlowBy, ct).ConfigureAwait(false);
                await WriteAsync(stream, venueAnswer, venueAnswer.Body.Length, ct).ConfigureAwait(false);
                break;
            default:
                var body = Encoding.UTF8.GetBytes(fault.Body);
                await WriteAsync(stream, new Answer((int)fault.Status, fault.ContentType, body, fault.RetryAfter), body.Length,
                    ct).ConfigureAwait(false);
                break;
        }
    }

    private async Task<Answer> ForwardAsync(HttpRequestMessage request, Uri target, CancellationToken ct)
    {
        request.RequestUri = target;
        request.Headers.Remove(TicketHeader);
        request.Headers.Host = null;
        using var response = await venue.SendAsync(request, ct).ConfigureAwait(false);
        return new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "application/json",
            await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false), null);
    }

    private static async Task WriteAsync(NetworkStream stream, Answer answer, int bytes, CancellationToken ct)
    {
        var retryAfter = answer.RetryAfter is null ? "" : $"Retry-After: {answer.RetryAfter}\r\n";
        var head = $"HTTP/1.1 {answer.Status} Kit\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {answer.Body.Length}\r\n{retryAfter}Connection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), ct).ConfigureAwait(false);
        await stream.WriteAsync(answer.Body.AsMemory(0, bytes), ct).ConfigureAwait(false);
        await stream.FlushAsync(ct).ConfigureAwait(false);
    }

    // Bodies are buffered before they are sent, so a length is always announced.
    private static async Task<HttpRequestMessage?> ReadAsync(NetworkStream stream, CancellationToken ct)
    {
        List<byte> bytes = [];
        var buffer = new byte[4096];
        int headEnd;
        while ((headEnd = EndOfHead(bytes)) < 0)
        {
            var read = await stream.ReadAsync(buffer, ct).ConfigureAwait(false);
            if (read == 0) return null;
            bytes.AddRange(buffer.AsSpan(0, read));
        }
        var lines = Encoding.ASCII.GetString([.. bytes[..headEnd]]).Split("\r\n");
        var request = new HttpRequestMessage(new HttpMethod(lines[0].Split(' ')[0]), (Uri?)null);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .Select(parts => (Name: parts[0], Value: parts[1].Trim())).ToList();
        var length = int.Parse(headers.FirstOrDefault(
            header => header.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value ?? "0", CultureInfo.InvariantCulture);
        var body = bytes[headEnd..].Skip(4).ToList();
        while (body.Count < length)
        {
            var read = await stream.ReadAsync(buffer, ct).ConfigureAwait(false);
            if (read == 0) return null;
            body.AddRange(buffer.AsSpan(0, read));
        }
        request.Content = new ByteArrayContent([.. body]);
        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                request.Content.Headers.TryAddWithoutValidation(name, value);
            else request.Headers.TryAddWithoutValidation(name, value);
        }
        if (request.Method == HttpMethod.Get) request.Content = null;
        return request;
    }

    private static int EndOfHead(List<byte> bytes)
    {
        for (var at = 3; at < bytes.Count; at++)
        {
            if (bytes[at] == '\n' && bytes[at - 1] == '\r' && bytes[at - 2] == '\n' && bytes[at - 3] == '\r') return at - 3;
        }
        return -1;
    }
}
