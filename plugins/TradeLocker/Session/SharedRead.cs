namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>
/// A read that all share who ask for it before it leaves. The broker allows one per second, so readers wait for their turn; whoever comes while one
/// waits gets its answer too, and that answer is never older than the question.
/// </summary>
internal sealed class SharedRead<T>(Func<CancellationToken, ValueTask> turn, Func<CancellationToken, Task<T>> read, CancellationToken lifetime)
{
    private readonly Lock gate = new();
    private Task<T>? waiting;

    public Task<T> ReadAsync(CancellationToken ct)
    {
        lock (gate) return (waiting ??= RunAsync()).WaitAsync(ct);
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
