using System.Collections.ObjectModel;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;

namespace TradeFlow.BrokerSdk;

/// <summary>What a log-in needs besides the credentials, which are in <see cref="IConnectorContext.Credentials"/>.</summary>
public sealed record ConnectRequest
{
    /// <summary>One of the modes of the manifest: <c>demo</c>, <c>live</c>, or <c>sim</c> for a simulator.</summary>
    public required string Mode { get; init; }

    /// <summary>The endpoints of the mode by their name in the manifest, after the operator's overrides.</summary>
    public required IReadOnlyDictionary<string, Uri> Endpoints { get; init; }

    /// <summary>The broker's own id of the account to trade, or <c>null</c> to list the accounts behind the log-in.</summary>
    public string? BrokerAccountId { get; init; }

    /// <summary>
    /// What the user typed into the step that the last <see cref="ConnectOutcome.NeedsStep"/> asked for, by field key. Empty when nothing
    /// was asked, and when an account is to be chosen after a step that was answered: what the step led to is then in
    /// <see cref="IConnectorContext.State"/>.
    /// </summary>
    public IReadOnlyDictionary<string, Secret<string>> Answers { get; init; } = ReadOnlyDictionary<string, Secret<string>>.Empty;
}

/// <summary>How a log-in ended.</summary>
public abstract record ConnectOutcome
{
    private ConnectOutcome() { }

    /// <summary>Logged in.</summary>
    /// <param name="Accounts">Every account behind the log-in.</param>
    /// <param name="Session">A session for the named account, or for the only one; <c>null</c> when the user has to choose.</param>
    public sealed record Connected(IReadOnlyList<BrokerAccount> Accounts, IBrokerConnector? Session) : ConnectOutcome;

    /// <summary>The broker wants one more thing from the user, such as a one-time code.</summary>
    /// <param name="Fields">What it wants. Empty when the user has to act elsewhere, such as in an app, and only says here when it is
    /// done.</param>
    /// <remarks>
    /// The user answers within ten minutes, or begins again. Then the factory is asked once more, with the same credentials, the answers in
    /// <see cref="ConnectRequest.Answers"/> and in <see cref="IConnectorContext.State"/> what it wrote before. It may ask for another step.
    /// A wrong answer is <see cref="Failed"/> with the key of the step's field: the step stays open and the user tries again. An account
    /// that is connected has nobody to answer: a step asked for then makes it ask its user to connect again, so store what the broker gives
    /// for not asking each time.
    /// </remarks>
    public sealed record NeedsStep(IReadOnlyList<FormField> Fields) : ConnectOutcome
    {
        /// <summary>A sentence above the fields, such as where the code was sent to; <c>null</c> for none.</summary>
        public string? Notice { get; init; }

        /// <summary>
        /// What keeps the step from being shown, in sentences; empty when nothing does. The platform refuses a step with faults as a fault
        /// of the connector.
        /// </summary>
        public IReadOnlyList<string> Faults() =>
            [.. ConnectForm.Problems("step", Fields), .. Fields.Where(field => field.OptionsSource is not null)
                .Select(field => $"step.fields '{field.Key}': a step gives its options itself.")];
    }

    /// <summary>Refused: each problem names the field to mend. The key of a problem that belongs to no field is empty.</summary>
    public sealed record Failed(IReadOnlyList<FieldProblem> Problems) : ConnectOutcome;
}

/// <summary>One account at the broker.</summary>
public sealed record BrokerAccount
{
    /// <summary>The broker's own id.</summary>
    public required string Id { get; init; }

    /// <summary>The broker's name for it.</summary>
    public required string Name { get; init; }

    /// <summary>ISO 4217 code, upper case.</summary>
    public required string Currency { get; init; }

    /// <summary>Cash balance in <see cref="Currency"/>, where the log-in tells it.</summary>
    public decimal? Balance { get; init; }
}

/// <summary>What is wrong with one field of the Connect form, in a sentence for the user.</summary>
public sealed record FieldProblem(string Field, string Message);

/// <summary>All that a plugin may touch. There is no service container, no database and no configuration besides it.</summary>
public interface IConnectorContext
{
    /// <summary>HTTP through the host: allowed hosts only, rate limited, size capped, measured, never re-sent.</summary>
    IBrokerHttp Http { get; }

    /// <summary>The host's clock. Tests move it.</summary>
    TimeProvider Clock { get; }

    /// <summary>
    /// A log that already carries broker and account. Never log a credential; a <see cref="Secret{T}"/> prints as <c>***</c>.
    /// </summary>
    ILogger Log { get; }

    /// <summary>What the user typed into the Connect form, by field key.</summary>
    IReadOnlyDictionary<string, Secret<string>> Credentials { get; }

    /// <summary>
    /// A small sealed store per account, for a refresh token or the like. During a log-in that a user makes it begins empty, keeps what is
    /// written from one step to the next, and becomes the account's store once the log-in has ended in an account: written values replace
    /// the account's own, the others stay.
    /// </summary>
    IConnectorState State { get; }

    /// <summary>
    /// The mailbox of the account's terminal agent; <c>null</c> unless the manifest's <see cref="ConnectForm.Flow"/> is <c>agentPairing</c>
    /// and there is an account.
    /// </summary>
    IAgentChannel? Agent => null;
}

/// <summary>
/// A small key/value store per account. Values are sealed at rest; at most 16 KiB each, and 64 KiB together during a log-in that a user
/// makes.
/// </summary>
public interface IConnectorState
{
    /// <summary>The stored value, or <c>null</c>.</summary>
    ValueTask<string?> GetAsync(string key, CancellationToken ct);

    /// <summary>Stores the value; <c>null</c> removes it.</summary>
    /// <exception cref="ArgumentException">The key has more than 100 characters, or the value is too large.</exception>
    /// <exception cref="ConnectorException">The store cannot be reached now.</exception>
    ValueTask SetAsync(string key, string? value, CancellationToken ct);
}

/// <summary>What a request counts as in the manifest's <c>rateLimits</c>.</summary>
public enum RequestClass
{
    /// <summary>Not said: counted as <see cref="Query"/>.</summary>
    Unknown = 0,
    /// <summary>A new order or a change of one.</summary>
    Order,
    /// <summary>A cancel or a close. Has a reserve of its own: a trader can always get out.</summary>
    Cancel,
    /// <summary>A read.</summary>
    Query,
    /// <summary>A log-in or token refresh.</summary>
    Auth,
    /// <summary>A price.</summary>
    Quote,
    /// <summary>
    /// A read that an exit waits for: what is open before a close, what became of it, what it left behind. Counts with the cancels and
    /// closes, all but their reserve; where the manifest has no rule for those, with the reads, their reserve included. No read of another
    /// kind takes anything of it.
    /// </summary>
    ExitQuery,
}

/// <summary>HTTP as a plugin may use it.</summary>
public interface IBrokerHttp
{
    /// <summary>
    /// Sends a request that changes something at the broker, exactly once: content attached even when empty, no redirect, no retry.
    /// </summary>
    /// <remarks>
    /// The host lets it leave only within the command that it was called for: in the method that the host has called or in what that has
    /// started, and no later than the host waits for the answer. What comes from elsewhere, or too late, throws
    /// <see cref="RequestNotSentException"/>, and nothing has left. A stream may send what takes away (<see cref="RequestClass.Cancel"/>);
    /// a log-in (<see cref="RequestClass.Auth"/>) may be made at any time.
    /// </remarks>
    /// <exception cref="HttpRequestException">Map it with <see cref="HttpOutcome.From(Exception)"/>.</exception>
    Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct);

    /// <summary>Sends a read. The whole body is buffered, at most 16 MiB.</summary>
    Task<HttpResponseMessage> QueryAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct);

    /// <summary>
    /// Tightens or sets the limit of a named bucket from what the broker says at run time (for example TradeLocker's <c>/trade/config</c>).
    /// </summary>
    void SetLimit(string bucket, int permits, TimeSpan per);

    /// <summary>Waits for a permit of a bucket set by <see cref="SetLimit"/>; returns at once for an unknown bucket.</summary>
    ValueTask WaitAsync(string bucket, CancellationToken ct);

    /// <summary>
    /// Opens a WebSocket for a push feed, to the hosts that requests may go to. Orders never go over it: what is written there cannot be
    /// proven unsent.
    /// </summary>
    /// <returns>An open socket. The caller disposes of it; the host aborts it when the session ends.</returns>
    /// <exception cref="RequestNotSentException">The host does not allow the address.</exception>
    /// <exception cref="WebSocketException">The broker did not take the connection.</exception>
    Task<WebSocket> OpenWebSocketAsync(SocketRequest request, CancellationToken ct) =>
        throw new NotSupportedException("This host opens no WebSockets.");
}

/// <summary>The opening of a WebSocket.</summary>
public sealed record SocketRequest
{
    /// <summary>
    /// <c>wss</c> or <c>https</c>; <c>ws</c> or <c>http</c> where the endpoint itself is set so. It is never logged with its query.
    /// </summary>
    public required Uri Address { get; init; }

    /// <summary>Headers of the handshake, such as <c>Authorization</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Subprotocols to offer, the preferred first.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];
}

/// <summary>A value that must not appear in a log: it prints as <c>***</c>.</summary>
public readonly struct Secret<T>(T value) : IEquatable<Secret<T>>
{
    /// <summary>The value itself. Pass it on, do not keep it.</summary>
    public T Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "***";

    /// <inheritdoc/>
    public bool Equals(Secret<T> other) => EqualityComparer<T>.Default.Equals(value, other.Reveal());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Secret<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <summary>Compares the values.</summary>
    public static bool operator ==(Secret<T> left, Secret<T> right) => left.Equals(right);

    /// <summary>Compares the values.</summary>
    public static bool operator !=(Secret<T> left, Secret<T> right) => !left.Equals(right);
}
