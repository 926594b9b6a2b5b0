using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>What the kit gives a connector to touch.</summary>
internal sealed record KitContext(
    IBrokerHttp Http, TimeProvider Clock, ILogger Log, IConnectorState State, IReadOnlyDictionary<string, Secret<string>> Credentials,
    IAgentChannel? Agent) : IConnectorContext;

/// <summary>Keeps what was logged, as text.</summary>
internal sealed class KitLog : ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        lines.Enqueue($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
}

/// <summary>The small store of an account. It outlives sessions, and it can fail.</summary>
internal sealed class KitState : IConnectorState
{
    private const int LargestValue = 16 * 1024;
    private readonly ConcurrentDictionary<string, string> values = new(StringComparer.Ordinal);
    private int failures;

    public int Writes { get; private set; }

    /// <summary>The next write is made, and its success is not told.</summary>
    public void LoseNextAnswer() => Interlocked.Exchange(ref failures, 1);

    public ValueTask<string?> GetAsync(string key, CancellationToken ct) => ValueTask.FromResult(values.GetValueOrDefault(key));

    public ValueTask SetAsync(string key, string? value, CancellationToken ct)
    {
        if (value is null) values.TryRemove(key, out _);
        else if (Encoding.UTF8.GetByteCount(value) > LargestValue)
            throw new ArgumentException($"The value of '{key}' is longer than 16 KiB.", nameof(value));
        else values[key] = value;
        Writes++;
        return Interlocked.Exchange(ref failures, 0) == 0
            ? ValueTask.CompletedTask : throw new IOException("The account's store gave no answer.");
    }
}
