namespace TradeFlow.Simulators.Shared;

/// <summary>A sliding window: no more than so many calls in any stretch of the given length. Refused calls do not count.</summary>
public sealed class CallWindow(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Queue<long>> seen = [];

    /// <summary>Null when the call may pass, else how long until the next one may.</summary>
    public TimeSpan? Refuse(string key, int limit, TimeSpan length)
    {
        var now = clock.GetTimestamp();
        lock (gate)
        {
            if (!seen.TryGetValue(key, out var calls)) seen[key] = calls = new Queue<long>();
            while (calls.Count > 0 && clock.GetElapsedTime(calls.Peek(), now) >= length) calls.Dequeue();
            if (calls.Count >= limit) return length - clock.GetElapsedTime(calls.Peek(), now);
            calls.Enqueue(now);
            return null;
        }
    }

    public void Reset()
    {
        lock (gate) seen.Clear();
    }
}
