using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Writes of one kind that share commits: one batch is under way at a time, and who comes meanwhile gathers for the next. There is no
/// artificial delay: a lone write goes at once. What holds up or fails a batch and is rolled back is done one by one and side by side, so
/// that none suffers for another.
/// </summary>
/// <param name="together">All of a batch in one commit; the results in the order of the items. It must not wait long for a lock.</param>
/// <param name="alone">One of them in a commit of its own.</param>
internal sealed class SharedCommit<TItem, TResult>(
    Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> together, Func<TItem, Task<TResult>> alone, int most)
{
    private const int LargestBatch = 128;

    // Values of lock_timeout: a batch does not wait long for a row that somebody holds, and one by itself as long as a command may take.
    private const string Shortly = "300ms";
    private const string Patiently = "0";
    private readonly Lock turn = new();
    private List<Waiting> waiting = [];
    private bool isWriting;

    /// <param name="together">Where batches are written.</param>
    /// <param name="apart">Where what a batch could not take is written.</param>
    /// <param name="write">One statement for all items, which waits for locks as long as the second argument says.</param>
    public SharedCommit(
        NpgsqlDataSource together, NpgsqlDataSource apart,
        Func<NpgsqlDataSource, string, IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write)
        : this(batch => write(together, Shortly, batch), async one => (await write(apart, Patiently, [one]))[0], LargestBatch)
    {
    }

    /// <exception cref="NpgsqlException">Nothing was written, or, where the connection broke, perhaps all the same.</exception>
    public Task<TResult> RunAsync(TItem item)
    {
        var mine = new Waiting(item);
        bool isFirst;
        lock (turn)
        {
            waiting.Add(mine);
            (isFirst, isWriting) = (!isWriting, true);
        }
        if (isFirst) Ownerless.Begin(WriteAsync);
        return mine.Result.Task;
    }

    private async Task WriteAsync()
    {
        while (Next() is { } batch)
        {
            try
            {
                var results = await together([.. batch.Select(one => one.Item)]);
                for (var at = 0; at < batch.Count; at++) batch[at].Result.TrySetResult(results[at]);
            }
            catch (Exception e) when (IsRolledBack(e))
            {
                // Not waited for: the next batch goes on meanwhile.
                foreach (var one in batch) _ = AloneAsync(one);
            }
            catch (Exception e)
            {
                // Each who waits learns of it.
                foreach (var one in batch) one.Result.TrySetException(e);
            }
        }
    }

    private async Task AloneAsync(Waiting one)
    {
        try
        {
            one.Result.TrySetResult(await alone(one.Item));
        }
        catch (Exception e)
        {
            one.Result.TrySetException(e);
        }
    }

    private List<Waiting>? Next()
    {
        lock (turn)
        {
            var batch = waiting;
            if (batch.Count > most)
            {
                waiting = batch[most..];
                return batch[..most];
            }
            waiting = [];
            isWriting = batch.Count > 0;
            return isWriting ? batch : null;
        }
    }

    // The server says that it took nothing: a lock that was not free in time, a deadlock, or something of one item that it refuses for
    // good.
    private static bool IsRolledBack(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure }
        || (e is PostgresException && !DatabaseFault.Passes(e));

    private sealed class Waiting(TItem item)
    {
        public TItem Item { get; } = item;

        // Continuations run elsewhere: the writer must not do the work of those who wait.
        public TaskCompletionSource<TResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
