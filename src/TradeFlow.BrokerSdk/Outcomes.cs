namespace TradeFlow.BrokerSdk;

/// <summary>How an order command ended. There are four ways and no fifth; when in doubt it is <see cref="Unknown"/>.</summary>
public abstract record OrderOutcome
{
    private OrderOutcome() { }

    /// <summary>The broker acknowledged it.</summary>
    /// <param name="BrokerOrderId">The broker's id.</param>
    /// <param name="Report">State of the order as far as the answer tells; <c>null</c> when it tells no more than the id.</param>
    public sealed record Accepted(string BrokerOrderId, OrderReport? Report = null) : OrderOutcome;

    /// <summary>The broker's own words refuse it. Terminal.</summary>
    /// <param name="Reason">The nearest of our reasons.</param>
    /// <param name="BrokerCode">The broker's raw code, or empty.</param>
    /// <param name="BrokerText">The broker's raw words, never empty: they are shown to the user.</param>
    public sealed record Rejected(RejectReason Reason, string BrokerCode, string BrokerText) : OrderOutcome;

    /// <summary>
    /// Proven never to have reached the broker, or proven not to have been processed. May be sent again with the same id.
    /// </summary>
    /// <param name="Why">The proof, in words.</param>
    public sealed record NotSent(string Why) : OrderOutcome
    {
        /// <summary>When the next request of its kind may leave, where a limit kept it back: an exit then waits for its turn.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }

    /// <summary>It may have reached the broker. The host looks it up and never sends it again.</summary>
    /// <param name="Cause">What happened, in words.</param>
    /// <param name="BrokerOrderId">The broker's id, when a broken answer still told it.</param>
    public sealed record Unknown(string Cause, string? BrokerOrderId = null) : OrderOutcome;
}

/// <summary>Why a broker refused an order. The list only grows.</summary>
public enum RejectReason
{
    /// <summary>None of the others.</summary>
    Other = 0,
    /// <summary>Not enough margin or buying power.</summary>
    InsufficientMargin,
    /// <summary>The session is closed.</summary>
    MarketClosed,
    /// <summary>The account may not trade the instrument, or only close it.</summary>
    InstrumentNotTradable,
    /// <summary>Quantity below the minimum, above the maximum or off the step.</summary>
    InvalidQuantity,
    /// <summary>Price off the tick grid or on the wrong side.</summary>
    InvalidPrice,
    /// <summary>Stop loss or take profit on the wrong side or too close.</summary>
    StopTooClose,
    /// <summary>The position to close is not there.</summary>
    PositionNotFound,
    /// <summary>The broker knows this client order id already: the first attempt arrived.</summary>
    DuplicateClientOrderId,
    /// <summary>The account is disabled or read-only.</summary>
    ReadOnlyAccount,
    /// <summary>A rule of the broker or prop firm.</summary>
    BrokerRiskRule,
}

/// <summary>Turns what the HTTP stack throws on an order command into an outcome.</summary>
/// <remarks>
/// Measured on .NET 10: the server saw nothing for <see cref="HttpRequestError.ConnectionError"/> and
/// <see cref="HttpRequestError.NameResolutionError"/>; a TLS failure precedes the request by its meaning. After <c>ResponseEnded</c> and
/// after a timeout the server had the order.
/// </remarks>
public static class HttpOutcome
{
    /// <summary>
    /// The outcome that an exception proves: <see cref="OrderOutcome.NotSent"/> or, for everything else,
    /// <see cref="OrderOutcome.Unknown"/>.
    /// </summary>
    public static OrderOutcome From(Exception exception) => exception switch
    {
        RequestNotSentException notSent => new OrderOutcome.NotSent(notSent.Message) { RetryAfter = notSent.RetryAfter },
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
            new OrderOutcome.NotSent("The broker refused the connection."),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            new OrderOutcome.NotSent("The broker's name could not be resolved."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new OrderOutcome.NotSent("No secure connection to the broker could be made."),
        OperationCanceledException => new OrderOutcome.Unknown("No answer from the broker in time."),
        HttpRequestException http => new OrderOutcome.Unknown($"The connection to the broker broke ({http.HttpRequestError})."),
        _ => new OrderOutcome.Unknown($"The broker's answer could not be read ({exception.GetType().Name})."),
    };
}

/// <summary>The host kept the request back before a byte of it left: limiter, circuit, host that is not allowed.</summary>
public sealed class RequestNotSentException : Exception
{
    /// <summary>Says why.</summary>
    public RequestNotSentException(string message) : base(message) { }

    /// <summary>Says why, with the cause.</summary>
    public RequestNotSentException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Kept back by the host.</summary>
    public RequestNotSentException() : base("The request was kept back by the host.") { }

    /// <summary>
    /// When the next request of its kind may leave, where a limit kept it back. Hand it on as <see cref="ConnectorException.RetryAfter"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What kind of failure a query met; it decides what the host does next.</summary>
public enum ConnectorErrorKind
{
    /// <summary>Passing: try again later.</summary>
    Transient = 0,
    /// <summary>The credentials no longer work: the account goes to "needs reconnect", no retry loop.</summary>
    Authentication,
    /// <summary>The log-in works and this is not allowed.</summary>
    Permission,
    /// <summary>Too many requests.</summary>
    RateLimited,
    /// <summary>The thing asked for does not exist.</summary>
    NotFound,
    /// <summary>The broker answered something that its documents do not allow.</summary>
    Protocol,
    /// <summary>An endpoint or setting is wrong.</summary>
    Misconfigured,
    /// <summary>Proven unreachable: refused connection, unknown name, no TLS.</summary>
    Unreachable,
}

/// <summary>A query or a log-in failed.</summary>
public sealed class ConnectorException : Exception
{
    /// <summary>A failure of the given kind.</summary>
    public ConnectorException(ConnectorErrorKind kind, string message, Exception? inner = null) : base(message, inner) => Kind = kind;

    /// <summary>A passing failure.</summary>
    public ConnectorException(string message) : base(message) { }

    /// <summary>A passing failure.</summary>
    public ConnectorException(string message, Exception inner) : base(message, inner) { }

    /// <summary>A passing failure.</summary>
    public ConnectorException() { }

    /// <summary>The kind of failure.</summary>
    public ConnectorErrorKind Kind { get; }

    /// <summary>How long the broker asks to wait, where it says.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
