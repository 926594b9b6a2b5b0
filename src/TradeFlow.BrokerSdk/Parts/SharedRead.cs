namespace TradeFlow.BrokerSdk;

/// <summary>
/// A read that all share who ask for it before it leaves. Where a broker's limit lets few reads pass, readers wait for their turn; whoever
/// comes while one waits gets its answer too, and that answer is never older than the question.
/// </summary>
/// <typeparam name="TQuestion">What is asked, such as the instant since when.</typeparam>
/// <typeparam name="T">The answer, which all who share the read get alike: it must not change.</typeparam>
/// <param name="broker">The broker's name, as it stands in the words.</param>
/// <param name="turn">Waits until a limit lets the read leave, such as <see cref="IBrokerHttp.WaitAsync"/>.</param>
/// <param name="read">The read itself.</param>
/// <param name="join">Joins two questions into one whose answer is good for both. It is called under a lock, so it does no I/O.</param>
/// <param name="lifetime">Of the session. The read does not end with one of those who wait for it.</param>
public sealed class SharedRead<TQuestion, T>(
    string broker, Func<CancellationToken, ValueTask> turn, Func<TQuestion, CancellationToken, Task<T>> read,
    Func<TQuestion, TQuestion, TQuestion> join, CancellationToken lifetime)
{
    private readonly Lock gate = new();
    private volatile Task<T>? waiting;
    private TQuestion? question;

    /// <summary>The answer of a read that leaves after this call.</summary>
    /// <exception cref="ConnectorException">
    /// What the read throws; <see cref="ConnectorErrorKind.RateLimited"/> when <paramref name="ct"/> ends while the read still waits for
    /// its turn: then the limit was waited for, not the broker.
    /// </exception>
    public async Task<T> ReadAsync(TQuestion asked, CancellationToken ct)
    {
        Task<T> shared;
        lock (gate)
        {
            question = waiting is null ? asked : join(question!, asked);
            shared = waiting ??= RunAsync();
        }
        try
        {
            return await shared.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (ct.IsCancellationRequested && waiting == shared)
        {
            throw new ConnectorException(ConnectorErrorKind.RateLimited,
                $"{broker}'s limits are used up; a read still waits for its turn.", e);
        }
    }

    private async Task<T> RunAsync()
    {
        // Off the caller's lock: the task has to be in its place before it can leave it.
        await Task.Yield();
        TQuestion all;
        try
        {
            await turn(lifetime).ConfigureAwait(false);
        }
        finally
        {
            lock (gate) (all, waiting) = (question!, null);
        }
        return await read(all, lifetime).ConfigureAwait(false);
    }
}

/// <summary>A shared read (<see cref="SharedRead{TQuestion, T}"/>) that asks the same each time.</summary>
/// <typeparam name="T">The answer, which all who share the read get alike: it must not change.</typeparam>
/// <param name="broker">The broker's name, as it stands in the words.</param>
/// <param name="turn">Waits until a limit lets the read leave.</param>
/// <param name="read">The read itself.</param>
/// <param name="lifetime">Of the session.</param>
public sealed class SharedRead<T>(
    string broker, Func<CancellationToken, ValueTask> turn, Func<CancellationToken, Task<T>> read, CancellationToken lifetime)
{
    private readonly SharedRead<bool, T> shared = new(broker, turn, (_, ct) => read(ct), (same, _) => same, lifetime);

    /// <summary>The answer of a read that leaves after this call.</summary>
    /// <exception cref="ConnectorException">As for <see cref="SharedRead{TQuestion, T}.ReadAsync"/>.</exception>
    public Task<T> ReadAsync(CancellationToken ct) => shared.ReadAsync(true, ct);
}
