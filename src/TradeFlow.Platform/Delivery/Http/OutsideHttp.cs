using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace TradeFlow.Platform.Delivery.Http;

/// <summary>What came of a request.</summary>
/// <param name="Status"><c>null</c>: there was no answer, and <paramref name="Text"/> says why.</param>
/// <param name="Text">The beginning of the answer.</param>
internal sealed record OutsideAnswer(int? Status, string Text)
{
    public bool IsGood => Status is >= 200 and < 300;
}

/// <summary>
/// Posts to addresses that users give. A name is resolved once, its private addresses are left out, and the connection goes to what is
/// left: what the name says a moment later does not matter. No redirect, no proxy, no cookie, and little of the answer is read.
/// </summary>
/// <param name="mayBePrivate">Whether the operator lets a host be in our own network.</param>
internal sealed class OutsideHttp(Func<string, int, bool> mayBePrivate) : IDisposable
{
    private const int MostRead = 4096;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = MostRead,
        ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, mayBePrivate, ct),
    });

    public async Task<OutsideAnswer> PostAsync(
        Uri address, byte[] json, IReadOnlyList<(string Name, string Value)> headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await SendAsync(request, ct);
    }

    /// <param name="request">With an absolute address.</param>
    public async Task<OutsideAnswer> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var address = request.RequestUri!; // see above
        request.Version = HttpVersion.Version11;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("TradeFlow", "1"));
        using var deadline = new CancellationTokenSource(Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            using var response = await invoker.SendAsync(request, either.Token);
            return new OutsideAnswer((int)response.StatusCode, await BeginningAsync(response, either.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new OutsideAnswer(null, $"{address.Host} did not answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new OutsideAnswer(null, e.InnerException is PrivateAddressException
                ? $"{address.Host} leads into a private network." : $"{address.Host} cannot be reached.");
        }
    }

    /// <summary>Whether there is no address of the host that may be reached. One that has none at this moment may have one later.</summary>
    public async Task<bool> IsPrivateAsync(Uri address, CancellationToken ct)
    {
        if (mayBePrivate(address.IdnHost, address.Port)) return false;
        using var deadline = new CancellationTokenSource(ConnectTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            var found = await Dns.GetHostAddressesAsync(address.IdnHost.Trim('[', ']'), either.Token);
            return found.Length > 0 && found.All(Kernel.SpecialAddresses.Contains);
        }
        catch (Exception e) when (e is SocketException or ArgumentException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, Func<string, int, bool> mayBePrivate, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(ConnectTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        var addresses = await Dns.GetHostAddressesAsync(target.Host, either.Token);
        if (!mayBePrivate(target.Host, target.Port))
            addresses = [.. addresses.Where(address => !Kernel.SpecialAddresses.Contains(address))];
        if (addresses.Length == 0) throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[MostRead];
        var read = await stream.ReadAtLeastAsync(buffer, MostRead, throwOnEndOfStream: false, ct);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    public void Dispose() => invoker.Dispose();

    private sealed class PrivateAddressException : IOException;
}
