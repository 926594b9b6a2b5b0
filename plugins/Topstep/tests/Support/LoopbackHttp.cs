using System.Collections.Concurrent;
using System.Net.WebSockets;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Tests.Support;

/// <summary>HTTP and push feeds as the host gives them: no redirect, no retry, content always attached.</summary>
internal sealed class LoopbackHttp : IBrokerHttp, IDisposable
{
    private readonly HttpMessageInvoker invoker = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });

    private int inFlight;

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The hubs are away while the gateway itself answers.</summary>
    public bool HubsAway { get; set; }

    /// <summary>Hubs of a test's own, by the end of their address; the others are the simulator's.</summary>
    public Dictionary<string, Func<SocketRequest, WebSocket>> Hubs { get; } = new(StringComparer.Ordinal);

    /// <summary>What becomes of an answer on its way: path and body in, body out.</summary>
    public Func<string, string, string>? Bend { get; set; }

    /// <summary>Kinds of requests for which nothing is left of the host's limits.</summary>
    public ConcurrentDictionary<RequestClass, bool> UsedUp { get; } = new();

    /// <summary>The host's limits, where a test wants them kept.</summary>
    public HostLimits? Limits { get; set; }

    /// <summary>Every request that left, with what it counted as.</summary>
    public ConcurrentQueue<(RequestClass Class, string Path)> Sent { get; } = new();

    /// <summary>Requests that have not been answered.</summary>
    public int InFlight => inFlight;

    public Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) =>
        SendAsync(request, requestClass, ct);

    public Task<HttpResponseMessage> QueryAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) =>
        SendAsync(request, requestClass, ct);

    public void SetLimit(string bucket, int permits, TimeSpan per) =>
        throw new NotSupportedException("The limits of this broker are in the manifest.");

    public ValueTask WaitAsync(string bucket, CancellationToken ct) =>
        throw new NotSupportedException("The limits of this broker are in the manifest.");

    public async Task<WebSocket> OpenWebSocketAsync(SocketRequest request, CancellationToken ct)
    {
        if (HubsAway) throw new WebSocketException("The hub is away.");
        if (Hubs.TryGetValue(request.Address.Segments[^1], out var scripted)) return scripted(request);
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(request.Address) { Scheme = "ws" }.Uri, invoker, ct);
        return socket;
    }

    public void Dispose() => invoker.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct)
    {
        if (UsedUp.ContainsKey(requestClass))
        {
            var words = $"TradeFlow's own limit for Topstep ({requestClass}) is used up; the next request can go in 42 s.";
            throw new RequestNotSentException(words) { RetryAfter = TimeSpan.FromSeconds(42) };
        }
        if (Limits is { } limits) await limits.PassAsync(requestClass, ct);
        Sent.Enqueue((requestClass, request.RequestUri?.AbsolutePath ?? ""));
        Interlocked.Increment(ref inFlight);
        try
        {
            return await AnsweredAsync(request, ct);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private async Task<HttpResponseMessage> AnsweredAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Content ??= new ByteArrayContent([]);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Timeout);
        var response = await invoker.SendAsync(request, deadline.Token);
        await response.Content.LoadIntoBufferAsync(16 << 20, deadline.Token);
        if (Bend is { } bend) response.Content = new StringContent(
            bend(request.RequestUri?.AbsolutePath ?? "", await response.Content.ReadAsStringAsync(ct)));
        return response;
    }
}
