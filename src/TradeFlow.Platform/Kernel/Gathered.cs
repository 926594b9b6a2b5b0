namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Reads by key, one read at a time: who asks while one is under way gathers for the next, which is for all of them. So however many ask at
/// once, one connection is busy and each waits for two reads at most.
/// </summary>
internal sealed class Gathered<TKey, TValue>(Func<IReadOnlyCollection<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> read)
    where TKey : notnull where TValue : class
{
    private const int Most = 1000;
    private readonly Lock turn = new();
    private Dictionary<TKey, TaskCompletionSource<TValue?>> waiting = [];
    private bool isReading;

    /// <returns>What was read under the key, or <c>null</c>.</returns>
    public async Task<TValue?> FindAsync(TKey key, CancellationToken ct)
    {
        TaskCompletionSource<TValue?>? answer;
        bool isFirst;
        lock (turn)
        {
            if (!waiting.TryGetValue(key, out answer))
                waiting[key] = answer = new TaskCompletionSource<TValue?>(TaskCreationOptions.RunContinuationsAsynchronously);
            (isFirst, isReading) = (!isReading, true);
        }
        if (isFirst) Ownerless.Begin(ReadAsync);
        return await answer.Task.WaitAsync(ct);
    }

    private async Task ReadAsync()
    {
        while (Next() is { } batch)
        {
            try
            {
                var found = await read(batch.Keys);
                foreach (var (key, answer) in batch) answer.TrySetResult(found.GetValueOrDefault(key));
            }
            catch (Exception e)
            {
                // Each who waits learns of it.
                foreach (var answer in batch.Values) answer.TrySetException(e);
            }
        }
    }

    private Dictionary<TKey, TaskCompletionSource<TValue?>>? Next()
    {
        lock (turn)
        {
            var batch = waiting;
            if (batch.Count > Most)
            {
                batch = waiting.Take(Most).ToDictionary();
                foreach (var key in batch.Keys) waiting.Remove(key);
                return batch;
            }
            waiting = [];
            isReading = batch.Count > 0;
            return isReading ? batch : null;
        }
    }
}
