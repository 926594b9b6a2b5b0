using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Tests.Support;

/// <summary>
/// HTTP as the host gives it: no redirect, no retry, content always attached, bodies capped, limits kept when a test wants them.
/// </summary>
internal sealed class LoopbackHttp(TimeProvider clock) : IBrokerHttp, IDisposable
{
    private readonly HttpMessageInvoker invoker = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
    private readonly ConcurrentDictionary<string, Bucket> buckets = new();

    private sealed class Bucket
    {
        public int Permits { get; set; }
        public TimeSpan Per { get; set; }
        public Queue<DateTimeOffset> Taken { get; } = new();
    }

    private int inFlight;

    public bool KeepsLimits { get; init; }

    /// <summary>Requests that have not been answered.</summary>
    public int InFlight => inFlight;

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    public IReadOnlyDictionary<string, (int Permits, TimeSpan Per)> Limits =>
        buckets.ToDictionary(entry => entry.Key, entry => (entry.Value.Permits, entry.Value.Per));

    public Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct)
    {
        request.Content ??= new ByteArrayContent([]);
        return SendAsync(request, 1 << 20, ct);
    }

    public Task<HttpResponseMessage> QueryAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) =>
        SendAsync(request, 16 << 20, ct);

    public void SetLimit(string bucket, int permits, TimeSpan per)
    {
        var window = buckets.GetOrAdd(bucket, _ => new Bucket());
        lock (window) (window.Permits, window.Per) = (permits, per);
    }

    public async ValueTask WaitAsync(string bucket, CancellationToken ct)
    {
        if (!KeepsLimits || !buckets.TryGetValue(bucket, out var window)) return;
        while (true)
        {
            TimeSpan wait;
            lock (window)
            {
                var now = clock.GetUtcNow();
                while (window.Taken.TryPeek(out var oldest) && now - oldest >= window.Per) window.Taken.Dequeue();
                if (window.Taken.Count < window.Permits)
                {
                    window.Taken.Enqueue(now);
                    return;
                }
                wait = window.Per - (now - window.Taken.Peek());
            }
            await Task.Delay(wait, clock, ct);
        }
    }

    public void Dispose() => invoker.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, int bodyLimit, CancellationToken ct)
    {
        Interlocked.Increment(ref inFlight);
        try
        {
            return await AnsweredAsync(request, bodyLimit, ct);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private async Task<HttpResponseMessage> AnsweredAsync(HttpRequestMessage request, int bodyLimit, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Timeout);
        var response = await invoker.SendAsync(request, deadline.Token);
        await response.Content.LoadIntoBufferAsync(bodyLimit, deadline.Token);
        // The web server dates its answers by the world's clock, whatever time the broker has.
        if (clock != TimeProvider.System) response.Headers.Date = clock.GetUtcNow();
        return response;
    }
}
