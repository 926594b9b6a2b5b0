namespace TradeFlow.BrokerSdk;

/// <summary>An access token and when to renew it. Times are UTC.</summary>
/// <param name="Value">The token, as it goes into the header.</param>
public sealed record BrokerToken(string Value)
{
    /// <summary>
    /// From then on a new one is fetched before the next request; <c>null</c> when the broker does not tell how long it lives.
    /// </summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>From then on the broker refuses it; <c>null</c> when it does not tell.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>What it is renewed with where the broker gives that; <c>null</c> where only a log-in helps.</summary>
    public string? Refresh { get; init; }

    /// <summary>
    /// A token that is renewed before its end: by <paramref name="margin"/>, or at three quarters of a life so short that the margin is no
    /// quarter of it.
    /// </summary>
    /// <param name="value">The token.</param>
    /// <param name="now">When it was given.</param>
    /// <param name="endsAt">When the broker refuses it, or null.</param>
    /// <param name="margin">How long before its end it is renewed at most.</param>
    public static BrokerToken Of(string value, DateTimeOffset now, DateTimeOffset? endsAt, TimeSpan margin)
    {
        if (endsAt is not { } end) return new BrokerToken(value);
        var quarter = (end - now) / 4;
        return new BrokerToken(value) { RenewAt = end - (quarter < margin ? quarter : margin), EndsAt = end };
    }

    /// <summary>Says nothing of the token: it is a secret.</summary>
    public override string ToString() => $"BrokerToken {{ RenewAt = {RenewAt:O}, EndsAt = {EndsAt:O} }}";
}

/// <summary>
/// One user's token, which all sessions of this user share (<see cref="SharedLogins{T}"/>). All who need a new one at the same moment wait
/// for one log-in. Credentials that the broker has refused are not tried again: it would lock the user out.
/// </summary>
/// <remarks>
/// It outlives the session that made it, so it holds no context: whoever asks lends the one of its session. All members may be called at
/// the same time.
/// </remarks>
public abstract class TokenKeeper
{
    private static readonly TimeSpan RenewAgain = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private Task<string>? fetching;
    private volatile BrokerToken? current;
    private volatile string? refusal;

    /// <summary>The token at hand, good or not; <c>null</c> before the first.</summary>
    protected BrokerToken? Current => current;

    /// <summary>
    /// A token that is good by the clock, fetched when there is none. One that is about to end is used on while it cannot be renewed.
    /// </summary>
    /// <param name="lender">The context of the session that asks.</param>
    /// <param name="ct">Ends the waiting, not the log-in: others wait for it too.</param>
    /// <exception cref="ConnectorException">No token could be had; <see cref="ConnectorErrorKind.Authentication"/> when the broker no
    /// longer takes the credentials.</exception>
    public async ValueTask<string> TokenAsync(IConnectorContext lender, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lender);
        if (current is not { } held || lender.Clock.GetUtcNow() >= held.EndsAt)
            return await RenewAsync(null, lender, ct).ConfigureAwait(false);
        if (IsFresh(held, lender.Clock)) return held.Value;
        try
        {
            return await RenewAsync(null, lender, ct).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (e.Kind is not ConnectorErrorKind.Authentication)
        {
            if (ReferenceEquals(current, held)) current = held with { RenewAt = lender.Clock.GetUtcNow() + RenewAgain };
            return held.Value;
        }
    }

    /// <summary>A token other than the one that the broker has just refused. All who come while one is fetched share it.</summary>
    /// <param name="refused">The token that was refused; <c>null</c> when none was.</param>
    /// <param name="lender">The context of the session that asks.</param>
    /// <param name="ct">Ends the waiting, not the log-in: others wait for it too.</param>
    /// <exception cref="ConnectorException">As for <see cref="TokenAsync"/>.</exception>
    public Task<string> RenewAsync(string? refused, IConnectorContext lender, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lender);
        lock (gate)
        {
            if (current is { } held && held.Value != refused && IsFresh(held, lender.Clock)) return Task.FromResult(held.Value);
            // Not ended by the caller that happens to come first, who may give up: a refresh token that was sent is used up.
            if (fetching is not { IsCompleted: false }) fetching = RunAsync(refused, lender);
            return fetching.WaitAsync(ct);
        }
    }

    /// <summary>Fetches a token: by what renews it, else by a log-in.</summary>
    /// <param name="held">The token at hand, or null.</param>
    /// <param name="isRefused">The broker has refused the token at hand; what renews it may still work.</param>
    /// <param name="lender">The context to send with.</param>
    /// <param name="ct">Ends with the host.</param>
    /// <exception cref="ConnectorException">
    /// <see cref="ConnectorErrorKind.Authentication"/> only when the broker's own words refuse the credentials: it is remembered, and
    /// thrown again without another try until <see cref="Keep"/> is called.
    /// </exception>
    protected abstract Task<BrokerToken> FetchAsync(BrokerToken? held, bool isRefused, IConnectorContext lender, CancellationToken ct);

    /// <summary>A log-in or the broker has given this token.</summary>
    protected void Keep(BrokerToken token) => (current, refusal) = (token, null);

    /// <summary>The broker has refused the credentials.</summary>
    /// <param name="words">What users read.</param>
    protected void Refuse(string words) => refusal = words;

    private static bool IsFresh(BrokerToken held, TimeProvider clock) => !(clock.GetUtcNow() >= (held.RenewAt ?? held.EndsAt));

    private async Task<string> RunAsync(string? refused, IConnectorContext lender)
    {
        // Off the caller's lock: the task has to be in its place before it can be shared.
        await Task.Yield();
        if (refusal is { } words) throw new ConnectorException(ConnectorErrorKind.Authentication, words);
        try
        {
            var held = current;
            var token = await FetchAsync(held, held is not null && held.Value == refused, lender,
                CancellationToken.None).ConfigureAwait(false);
            Keep(token);
            return token.Value;
        }
        catch (ConnectorException e) when (e.Kind is ConnectorErrorKind.Authentication)
        {
            Refuse(e.Message);
            throw;
        }
    }
}
