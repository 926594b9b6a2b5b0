using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>
/// Requests to <c>/trade/*</c>: token, <c>accNum</c>, the broker's own limits, and one renewal of the token after a 401. That renewal is
/// the only case in which a request goes out twice: 401 proves that the first was turned away before it was processed.
/// </summary>
internal sealed class TradeTransport(IConnectorContext context, Uri baseUrl, string accNum, Login login)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> pausedUntil = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<long>> turns = new(StringComparer.Ordinal);
    private IReadOnlyList<(string Type, int Limit, TimeSpan Per)> limits = [];
    private TimeSpan slowest = TimeSpan.FromMilliseconds(60);
    private TimeSpan margin;
    private long serverAhead;

    /// <summary>The time by the broker's clock, as far as the <c>Date</c> of its answers tells it (whole seconds).</summary>
    public DateTimeOffset BrokerNow => context.Clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref serverAhead));

    /// <summary>Hands the broker's limits to the host.</summary>
    public void Keep(IReadOnlyList<(string Type, int Limit, TimeSpan Per)> told)
    {
        lock (gate) (limits, margin) = (told, TimeSpan.Zero);
        Widen(TimeSpan.Zero);
    }

    /// <summary>Waits until the broker's limit allows another call of this type.</summary>
    /// <exception cref="ConnectorException">The broker has asked for a pause, or the wait would be too long.</exception>
    public async ValueTask TurnAsync(string limit, CancellationToken ct)
    {
        DateTimeOffset until;
        lock (gate) pausedUntil.TryGetValue(limit, out until);
        var left = until - context.Clock.GetUtcNow();
        var isLong = left > LongestPause;
        if (left > TimeSpan.Zero && !isLong)
            await Task.Delay(left, context.Clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Whoever gives up here has waited for the broker's pause, not for an answer.
        if (isLong || (left > TimeSpan.Zero && ct.IsCancellationRequested))
            throw new ConnectorException(ConnectorErrorKind.RateLimited, "TradeLocker has asked for a pause.") { RetryAfter = left };
        try
        {
            await context.Http.WaitAsync(limit, ct);
            Note(limit);
        }
        catch (RequestNotSentException e)
        {
            throw new ConnectorException(ConnectorErrorKind.RateLimited, e.Message, e) { RetryAfter = e.RetryAfter };
        }
    }

    /// <summary>How long until the broker's limit allows another call of this type, as far as the calls of this session tell.</summary>
    public TimeSpan FreeIn(string limit)
    {
        lock (gate)
        {
            var pause = pausedUntil.GetValueOrDefault(limit) - context.Clock.GetUtcNow();
            var left = pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
            var (_, count, per) = limits.FirstOrDefault(told => told.Type == limit);
            if (!turns.TryGetValue(limit, out var taken) || taken.Count < count) return left;
            var next = per + margin - context.Clock.GetElapsedTime(taken.Peek());
            return next > left ? next : left;
        }
    }

    /// <summary>A read whose turn has been waited for.</summary>
    /// <exception cref="ConnectorException">Anything but <c>s: ok</c>.</exception>
    public async Task<Cell> QueryAsync(string path, string? limit, RequestClass requestClass, CancellationToken ct)
    {
        var token = await login.TokenAsync(context, ct);
        var answer = await GetAsync(path, limit, requestClass, token, ct);
        if (answer is Answer.Unauthorized)
            answer = await GetAsync(path, limit, requestClass, await login.RenewAsync(token, context, ct), ct);
        return answer is Answer.Ok ok ? ok.Data : throw Failures.Of(answer);
    }

    /// <summary>A request that changes something at the broker.</summary>
    /// <exception cref="RequestNotSentException">Proven: nothing was processed.</exception>
    /// <remarks>Whatever else it throws leaves open what happened (<see cref="HttpOutcome.From"/>).</remarks>
    public async Task<Answer> CommandAsync(
        HttpMethod method, string path, byte[] body, string limit, RequestClass requestClass, CancellationToken ct)
    {
        string token;
        try
        {
            token = await login.TokenAsync(context, ct);
            await context.Http.WaitAsync(limit, ct);
        }
        catch (ConnectorException e)
        {
            throw new RequestNotSentException(e.Message, e);
        }
        var answer = await SendAsync(method, path, body, limit, requestClass, token, ct);
        if (answer is not Answer.Unauthorized) return answer;
        try
        {
            token = await login.RenewAsync(token, context, ct);
        }
        catch (ConnectorException e)
        {
            throw new RequestNotSentException(e.Message, e);
        }
        return await SendAsync(method, path, body, limit, requestClass, token, ct);
    }

    private async Task<Answer> GetAsync(string path, string? limit, RequestClass requestClass, string token, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Get, path, token);
        var started = context.Clock.GetTimestamp();
        using var response = await HttpFailures.InWordsAsync("TradeLocker", () => context.Http.QueryAsync(request, requestClass, ct), ct);
        Widen(context.Clock.GetElapsedTime(started));
        return await ReadAsync(response, limit, ct);
    }

    private async Task<Answer> SendAsync(
        HttpMethod method, string path, byte[] body, string limit, RequestClass requestClass, string token, CancellationToken ct)
    {
        using var request = Request(method, path, token);
        request.Content = Endpoint.Json(body);
        using var response = await context.Http.SendOnceAsync(request, requestClass, ct);
        return await ReadAsync(response, limit, ct);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string token)
    {
        var request = Endpoint.Request(method, baseUrl, path);
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("accNum", accNum);
        return request;
    }

    private async Task<Answer> ReadAsync(HttpResponseMessage response, string? limit, CancellationToken ct)
    {
        if (response.Headers.Date is { } date) Interlocked.Exchange(ref serverAhead, (date - context.Clock.GetUtcNow()).Ticks);
        var answer = Answer.Read(response.StatusCode, RetryAfter.Of(response, context.Clock), await response.Content.ReadAsStringAsync(ct));
        if (answer is Answer.TooMany tooMany && limit is not null) Pause(limit, tooMany.RetryAfter ?? TimeSpan.FromSeconds(1));
        return answer;
    }

    // Requests do not arrive as evenly as they leave: one that was slow on its way and a quick one behind it may reach the broker closer
    // together than they left. Two that leave the limit plus the slowest way apart never do.
    private void Widen(TimeSpan took)
    {
        lock (gate)
        {
            slowest = took > slowest ? took : slowest * 0.99;
            var needed = TimeSpan.FromMilliseconds(Math.Clamp(slowest.TotalMilliseconds, 60, 1000));
            if (needed <= margin && needed >= margin * 0.7) return;
            margin = needed;
            foreach (var (type, limit, per) in limits) context.Http.SetLimit(type, limit, per + margin);
        }
    }

    private void Note(string limit)
    {
        lock (gate)
        {
            var count = limits.FirstOrDefault(told => told.Type == limit).Limit;
            if (!turns.TryGetValue(limit, out var taken)) turns[limit] = taken = new Queue<long>();
            taken.Enqueue(context.Clock.GetTimestamp());
            while (taken.Count > Math.Max(count, 1)) taken.Dequeue();
        }
    }

    private void Pause(string limit, TimeSpan time)
    {
        var until = context.Clock.GetUtcNow() + (time < TimeSpan.FromMinutes(2) ? time : TimeSpan.FromMinutes(2));
        lock (gate) pausedUntil[limit] = until;
    }
}
