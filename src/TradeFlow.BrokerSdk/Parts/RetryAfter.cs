namespace TradeFlow.BrokerSdk;

/// <summary>The header <c>Retry-After</c> of an answer (RFC 9110, 10.2.3).</summary>
public static class RetryAfter
{
    /// <summary>How long the broker asks to wait: the seconds that it names, or what is left until the date that it names.</summary>
    /// <param name="response">The broker's answer, of any status.</param>
    /// <param name="clock">The clock of the context, to which a date is compared.</param>
    /// <returns><c>null</c> when the header is missing or cannot be read. Never below zero: a date that has passed asks for no
    /// wait.</returns>
    public static TimeSpan? Of(HttpResponseMessage response, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(clock);
        TimeSpan? told = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => null,
        };
        return told < TimeSpan.Zero ? TimeSpan.Zero : told;
    }
}
