using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>
/// HTTP as the host gives it (no redirect, no retry, content always attached, bodies capped, allowed hosts only), with faults and a count.
/// </summary>
/// <remarks>A real broker is read once in <paramref name="betweenReads"/> at most: the kit has not the host's limiter.</remarks>
internal sealed class KitHttp(IReadOnlyCollection<string> allowedHosts, TimeSpan betweenReads) : IBrokerHttp, IDisposable
{
    // How long a connector waits for an answer that never comes.
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(15);
    private readonly HttpMessageInvoker invoker = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
    private readonly FaultServer faults = new();
    private readonly ConcurrentQueue<SentRequest> sent = new();
    private readonly ConcurrentQueue<string> forbidden = new();
    private readonly ConcurrentBag<WebSocket> sockets = [];
    private readonly Lock gate = new();
    private readonly SemaphoreSlim reading = new(1);
    private Armed? armed;

    private sealed class Armed(HttpFault fault, FaultScope scope, int skip, int count)
    {
        public HttpFault Fault { get; } = fault;
        public FaultScope Scope { get; } = scope;
        public int Skip { get; set; } = skip;
        public int Left { get; set; } = count;
        public int Struck { get; set; }
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public IReadOnlyList<SentRequest> Sent => [.. sent];

    public IReadOnlyList<SentRequest> Commands => [.. sent.Where(request => request.IsCommand)];

    public IReadOnlyCollection<string> Forbidden => forbidden;

    /// <summary>
    /// Arms a fault. Returns a task that ends when the first struck request has arrived (and, where the fault lets it, has been processed).
    /// </summary>
    public Task Arm(HttpFault fault, FaultScope scope = FaultScope.Commands, int skip = 0, int count = int.MaxValue)
    {
        lock (gate)
        {
            armed = new Armed(fault, scope, skip, count);
            return armed.Arrived.Task;
        }
    }

    /// <returns>How many requests were struck.</returns>
    public int Disarm()
    {
        lock (gate)
        {
            var struck = armed?.Struck ?? 0;
            armed = null;
            return struck;
        }
    }

    public Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct)
    {
        request.Content ??= new ByteArrayContent([]);
        return SendAsync(request, requestClass, once: true, 1 << 20, ct);
    }

    public Task<HttpResponseMessage> QueryAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) =>
        SendAsync(request, requestClass, once: false, 16 << 20, ct);

    // Limits are the host's; the double of a broker has none that a test would wait for.
    public void SetLimit(string bucket, int permits, TimeSpan per)
    {
    }

    public ValueTask WaitAsync(string bucket, CancellationToken ct) => ValueTask.CompletedTask;

    public async Task<WebSocket> OpenWebSocketAsync(SocketRequest request, CancellationToken ct)
    {
        if (!allowedHosts.Any(host => HostPattern.Matches(host, request.Address)))
        {
            forbidden.Enqueue(request.Address.Host);
            throw new RequestNotSentException($"The host {request.Address.Host} is not in the manifest.");
        }
        var socket = new ClientWebSocket();
        sockets.Add(socket);
        foreach (var (name, value) in request.Headers) socket.Options.SetRequestHeader(name, value);
        foreach (var protocol in request.Subprotocols) socket.Options.AddSubProtocol(protocol);
        var scheme = request.Address.Scheme switch { "http" => "ws", "https" => "wss", var other => other };
        await socket.ConnectAsync(new UriBuilder(request.Address) { Scheme = scheme }.Uri, ct).ConfigureAwait(false);
        return socket;
    }

    public void Dispose()
    {
        foreach (var socket in sockets) socket.Dispose();
        invoker.Dispose();
        reading.Dispose();
        faults.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, RequestClass requestClass, bool once, int largestBody, CancellationToken ct)
    {
        var target = request.RequestUri ?? throw new InvalidOperationException("A request needs an address.");
        var record = new SentRequest(request.Method, target, requestClass, once);
        sent.Enqueue(record);
        if (!allowedHosts.Any(host => HostPattern.Matches(host, target)))
        {
            forbidden.Enqueue(target.Host);
            throw new RequestNotSentException($"The host {target.Host} is not in the manifest.");
        }
        if (!once && betweenReads > TimeSpan.Zero) await PaceAsync(ct).ConfigureAwait(false);
        var strike = Take(record);
        if (strike is { Fault.Kind: FaultKind.HeldBack }) throw new RequestNotSentException("The limit of this account is used up.");
        if (request.Content is not null) await request.Content.LoadIntoBufferAsync(ct).ConfigureAwait(false);
        if (strike is not null) faults.Redirect(request, strike.Fault, strike.Arrived);

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(strike is { Fault.Kind: FaultKind.Silence } ? ShortTimeout : LongTimeout);
        var response = await invoker.SendAsync(request, deadline.Token).ConfigureAwait(false);
        await response.Content.LoadIntoBufferAsync(largestBody, deadline.Token).ConfigureAwait(false);
        return response;
    }

    private async Task PaceAsync(CancellationToken ct)
    {
        await reading.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await Task.Delay(betweenReads, ct).ConfigureAwait(false);
        }
        finally
        {
            reading.Release();
        }
    }

    private Armed? Take(SentRequest request)
    {
        lock (gate)
        {
            if (armed is null || armed.Left == 0) return null;
            var matches = armed.Scope switch
            {
                FaultScope.Commands => request.IsCommand,
                FaultScope.Queries => !request.IsCommand && request.Class is not RequestClass.Auth,
                _ => true,
            };
            if (!matches) return null;
            if (armed.Skip > 0)
            {
                armed.Skip--;
                return null;
            }
            armed.Left--;
            armed.Struck++;
            return armed;
        }
    }
}
