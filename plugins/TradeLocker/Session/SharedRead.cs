using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>
/// A read that all share who ask for it before it leaves. The broker allows one per second, so readers wait for their turn; whoever comes while one
/// waits gets its answer too, and that answer is never older than the question.
/// </summary>
internal sealed class SharedRead<T>(Func<CancellationToken, ValueTask> turn, Func<CancellationToken, Task<T>> read, CancellationToken lifetime)
{
    private readonly Lock gate = new();
    private volatile Task<T>? waiting;

    public Task<T> ReadAsync(CancellationToken ct)
    {
        Task<T> shared;
        lock (gate) shared = waiting ??= RunAsync();
        return Turn.AnswerAsync(shared, () => waiting == shared, ct);
    }

    private async Task<T> RunAsync()
    {
        // Off the caller's lock: the task has to be in its place before it can leave it.
        await Task.Yield();
        try
        {
            await turn(lifetime);
        }
        finally
        {
            lock (gate) waiting = null;
        }
        return await read(lifetime);
    }
}

internal static class Turn
{
    /// <summary>The answer of a shared read. Whoever gives up while it waits for its turn has not waited for the broker, and hears so.</summary>
    public static async Task<T> AnswerAsync<T>(Task<T> shared, Func<bool> waits, CancellationToken ct)
    {
        try
        {
            return await shared.WaitAsync(ct);
        }
        catch (OperationCanceledException e) when (ct.IsCancellationRequested && waits())
        {
            throw new ConnectorException(ConnectorErrorKind.RateLimited, "TradeLocker's limits are used up; a read still waits for its turn.", e);
        }
    }
}
