using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>What a plugin gets for HTTP. No redirect, no retry, no proxy, no cookie; one pool of connections per session.</summary>
internal sealed partial class BrokerHttp : IBrokerHttp, IDisposable
{
    private const int OrderBodyLimit = 1 << 20;
    private const int QueryBodyLimit = 16 << 20;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OrderTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan OrderPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QueryPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);
    private static readonly ActivitySource Activities = new("TradeFlow");

    private readonly EgressRule egress;
    private readonly RateLimits limits;
    private readonly LimitScope scope;
    private readonly ConnectorManifest manifest;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly HttpMessageInvoker invoker;
    private readonly OpenSockets sockets = new();
    private bool ended;

    public BrokerHttp(ConnectorManifest manifest, EgressRule egress, RateLimits limits, LimitScope scope, TimeProvider clock, ILogger log)
    {
        (this.manifest, this.egress, this.limits, this.scope, this.clock, this.log) = (manifest, egress, limits, scope, clock, log);
        limits.Enter(scope);
        invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // Our own span stands for the call; a broker is not told the ids of our traces.
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // A connection that the broker has closed meanwhile costs an order its answer: it is not kept for long.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            MaxConnectionsPerServer = 16,
            ConnectTimeout = ConnectTimeout + ConnectTimeout,
            ConnectCallback = ConnectAsync,
        });
    }

    public Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct)
    {
        // Measured on .NET 10: a POST, PUT, PATCH or DELETE without content is silently sent again, up to three times more, when the server
        // closes the connection.
        request.Content ??= new ByteArrayContent([]);
        if (requestClass == RequestClass.Unknown) requestClass = RequestClass.Order;
        Permit(request, requestClass);
        return SendAsync(request, requestClass, OrderTimeout, OrderPatience, OrderBodyLimit, ct);
    }

    public Task<HttpResponseMessage> QueryAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct)
    {
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head) request.Content ??= new ByteArrayContent([]);
        if (requestClass is RequestClass.Order or RequestClass.Cancel) Permit(request, requestClass);
        return SendAsync(request, requestClass == RequestClass.Unknown ? RequestClass.Query : requestClass, QueryTimeout, QueryPatience,
            QueryBodyLimit, ct);
    }

    // A log-in trades nothing, and may be made for whoever needs the session next. The permit is looked at here, so that what cannot leave
    // waits for nothing, and again when it leaves.
    private static void Permit(HttpRequestMessage request, RequestClass requestClass)
    {
        if (requestClass == RequestClass.Auth) return;
        if (SendPermit.Fault(SendPermit.Current, requestClass) is { } fault) throw new RequestNotSentException(fault);
        request.Content = new PermittedContent(request.Content ?? new ByteArrayContent([]), SendPermit.Current, requestClass);
    }

    public void SetLimit(string bucket, int permits, TimeSpan per) => limits.Bucket(scope, bucket).Set(Math.Max(1, permits), per);

    public async ValueTask WaitAsync(string bucket, CancellationToken ct)
    {
        if (limits.FindBucket(scope, bucket) is { } window && await window.TakeAsync(withReserve: true, QueryPatience, ct) is { } refused)
            throw KeptBack(refused, bucket);
    }

    public async Task<WebSocket> OpenWebSocketAsync(SocketRequest request, CancellationToken ct)
    {
        var address = new UriBuilder(request.Address)
        {
            Scheme = request.Address.Scheme switch { "wss" => "https", "ws" => "http", var other => other }
        }.Uri;
        if (egress.Problem(address) is { } problem)
        {
            LogRefused(manifest.Slug, problem);
            throw new RequestNotSentException(problem);
        }
        using var deadline = new CancellationTokenSource(QueryTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            return await sockets.OpenAsync(new UriBuilder(address) { Scheme = address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri,
                request, invoker, both.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new WebSocketException(WebSocketError.Faulted,
                $"{manifest.Name} did not open its push feed within {QueryTimeout.TotalSeconds:0} s.", e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, RequestClass requestClass, TimeSpan timeout, TimeSpan patience, int bodyLimit, CancellationToken ct)
    {
        if (egress.Problem(request.RequestUri) is { } problem)
        {
            LogRefused(manifest.Slug, problem);
            throw new RequestNotSentException(problem);
        }
        var asked = clock.GetTimestamp();
        var (gates, refused) = await limits.TakeAsync(manifest, scope, requestClass, patience, ct);
        if (refused is { Gate.Rule: var rule, Why: var why })
        {
            var limit = string.Create(CultureInfo.InvariantCulture, $"{NounOf(rule)}: {rule.Permits} in {rule.PerSeconds:0.###} s");
            throw KeptBack(why, limit);
        }
        if (gates.Count > 0) Measures.RateLimitWaits.Record(clock.GetElapsedTime(asked).TotalMilliseconds, new("broker", manifest.Slug),
            new("class", requestClass.ToString()));
        // HTTP/1.1 on purpose: with HTTP/2 the handler sends a request again after a refused stream.
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var activity = Activities.StartActivity("broker.request", ActivityKind.Client);
        activity?.SetTag("broker", manifest.Slug).SetTag("request.class", requestClass.ToString())
            .SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.RequestUri?.Host);
        var started = clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            var response = await invoker.SendAsync(request, both.Token);
            await BufferAsync(response, bodyLimit, both.Token);
            activity?.SetTag("http.response.status_code", (int)response.StatusCode);
            Measure((int)response.StatusCode < 400 ? "ok" : "refused");
            LogAnswered(manifest.Slug, request.Method.Method, request.RequestUri?.AbsolutePath, (int)response.StatusCode,
                clock.GetElapsedTime(started).TotalMilliseconds);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) Pause(response, gates);
            return response;
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, "timeout");
            Measure("timeout");
            LogFailed(manifest.Slug, request.Method.Method, request.RequestUri?.AbsolutePath, "timeout",
                clock.GetElapsedTime(started).TotalMilliseconds);
            throw new TaskCanceledException($"{manifest.Name} did not answer within {timeout.TotalSeconds:0} s.",
                new TimeoutException("No answer.", e));
        }
        catch (HttpRequestException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.HttpRequestError.ToString());
            Measure("failed");
            LogFailed(manifest.Slug, request.Method.Method, request.RequestUri?.AbsolutePath, e.HttpRequestError.ToString(),
                clock.GetElapsedTime(started).TotalMilliseconds);
            throw;
        }

        void Measure(string result) =>
            Measures.BrokerLatency.Record(clock.GetElapsedTime(started).TotalMilliseconds, new("broker", manifest.Slug),
                new("class", requestClass.ToString()), new("result", result));
    }

    private static async Task BufferAsync(HttpResponseMessage response, int bodyLimit, CancellationToken ct)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(bodyLimit, ct);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    // What keeps a request back is named: a user who waits for our own limit must not be told that the broker is slow.
    private RequestNotSentException KeptBack(NoPermit refused, string limit)
    {
        var next =
            string.Create(CultureInfo.InvariantCulture, $"the next request can go in {Math.Ceiling(refused.Wait.TotalSeconds):0} s.");
        return new RequestNotSentException(refused.ByBroker
            ? $"{manifest.Name} has asked for a pause; {next}" : $"TradeFlow's own limit for {manifest.Name} ({limit}) is used up; {next}")
        {
            RetryAfter = refused.Wait,
        };
    }

    private static string NounOf(RateLimitRule rule) => rule.Class switch
    {
        "order" => "orders",
        "cancel" => "requests for exits",
        "auth" => "log-ins",
        "quote" => "prices",
        _ => "reads",
    };

    private void Pause(HttpResponseMessage response, IReadOnlyList<RateGate> gates)
    {
        var asked = RetryAfter.Of(response, clock) ?? TimeSpan.FromSeconds(1);
        limits.Pause(gates, asked < LongestPause ? asked : LongestPause);
    }

    // Our own connect, so that running out of time while connecting is a refused connection (proven unsent) and no lost answer.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, ct);
        if (!egress.MayBePrivate(host)) addresses = [.. addresses.Where(address => !SpecialAddresses.Contains(address))];
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostUnreachable);
        // What waits in the kernel when a request is given up, or when this process dies, is thrown away instead of delivered later.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        using var deadline = new CancellationTokenSource(ConnectTimeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, both.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, true)) return;
        sockets.Dispose();
        invoker.Dispose();
        limits.Leave(scope);
    }

    [LoggerMessage(3201, LogLevel.Debug, "{Broker}: {Method} {Path} answered {Status} after {Elapsed:0} ms")]
    private partial void LogAnswered(string broker, string method, string? path, int status, double elapsed);

    [LoggerMessage(3202, LogLevel.Information, "{Broker}: {Method} {Path} failed ({Error}) after {Elapsed:0} ms")]
    private partial void LogFailed(string broker, string method, string? path, string error, double elapsed);

    [LoggerMessage(3203, LogLevel.Warning, "{Broker}: a request was kept back: {Reason}")]
    private partial void LogRefused(string broker, string reason);
}
