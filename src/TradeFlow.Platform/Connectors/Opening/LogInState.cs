using System.Collections.Concurrent;
using System.Text;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>
/// The small store while a user logs in: there is no account yet. It goes with the log-in from step to step, and to the account at its end.
/// </summary>
internal sealed class LogInState(IReadOnlyDictionary<string, string> before) : IConnectorState
{
    // It travels through the user's browser.
    internal const int MaxBytesTogether = 64 * 1024;
    private readonly ConcurrentDictionary<string, string> values = new(before, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Values => values.ToDictionary(StringComparer.Ordinal);

    public ValueTask<string?> GetAsync(string key, CancellationToken ct) => ValueTask.FromResult(values.GetValueOrDefault(key));

    public ValueTask SetAsync(string key, string? value, CancellationToken ct)
    {
        SealedState.Check(key, value);
        if (value is null) values.TryRemove(key, out _);
        else if (values.Where(entry => entry.Key != key).Append(new(key, value)).Sum(SizeOf) > MaxBytesTogether)
            throw new ArgumentException($"The values of a log-in have at most {MaxBytesTogether} bytes together.", nameof(value));
        else values[key] = value;
        return ValueTask.CompletedTask;
    }

    private static int SizeOf(KeyValuePair<string, string> entry) =>
        Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value);
}
