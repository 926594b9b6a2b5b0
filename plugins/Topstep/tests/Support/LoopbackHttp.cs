using System.Net.WebSockets;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Tests.Support;

/// <summary>HTTP and push feeds as the host gives them: no redirect, no retry, content always attached.</summary>
internal sealed class LoopbackHttp : IBrokerHttp, IDisposable
{
    private readonly HttpMessageInvoker invoker = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The hubs are away while the gateway itself answers.</summary>
    public bool HubsAway { get; set; }

    /// <summary>Hubs of a test's own, by the end of their address; the others are the simulator's.</summary>
    public Dictionary<string, Func<SocketRequest, WebSocket>> Hubs { get; } = new(StringComparer.Ordinal);

    /// <summary>What becomes of an answer on its way: path and body in, body out.</summary>
    public Func<string, string, string>? Bend { get; set; }

    public Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) => SendAsync(request, ct);

    public Task<HttpResponseMessage> QueryAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) => SendAsync(request, ct);

    public void SetLimit(string bucket, int permits, TimeSpan per) => throw new NotSupportedException("The limits of this broker are in the manifest.");

    public ValueTask WaitAsync(string bucket, CancellationToken ct) => throw new NotSupportedException("The limits of this broker are in the manifest.");

    public async Task<WebSocket> OpenWebSocketAsync(SocketRequest request, CancellationToken ct)
    {
        if (HubsAway) throw new WebSocketException("The hub is away.");
        if (Hubs.TryGetValue(request.Address.Segments[^1], out var scripted)) return scripted(request);
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(request.Address) { Scheme = "ws" }.Uri, invoker, ct);
        return socket;
    }

    public void Dispose() => invoker.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Content ??= new ByteArrayContent([]);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Timeout);
        var response = await invoker.SendAsync(request, deadline.Token);
        await response.Content.LoadIntoBufferAsync(16 << 20, deadline.Token);
        if (Bend is { } bend) response.Content = new StringContent(bend(request.RequestUri?.AbsolutePath ?? "", await response.Content.ReadAsStringAsync(ct)));
        return response;
    }
}
