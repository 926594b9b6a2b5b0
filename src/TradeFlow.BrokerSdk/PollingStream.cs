using System.Runtime.CompilerServices;

namespace TradeFlow.BrokerSdk;

/// <summary>A stream for brokers without a push feed: reads the whole state again and again.</summary>
public static class PollingStream
{
    /// <summary>Yields a snapshot every <paramref name="every"/>, counted from the end of the read before it.</summary>
    /// <param name="connector">The session to read.</param>
    /// <param name="clock">The clock of the context.</param>
    /// <param name="every">Pause between two reads; at least 100 ms.</param>
    /// <param name="ct">Ends the stream.</param>
    public static async IAsyncEnumerable<AccountUpdate> Over(
        IBrokerConnector connector, TimeProvider clock, TimeSpan every, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, TimeSpan.FromMilliseconds(100));
        while (!ct.IsCancellationRequested)
        {
            yield return new AccountUpdate.Snapshot(await ReadAsync(connector, ct).ConfigureAwait(false));
            await Task.Delay(every, clock, ct).ConfigureAwait(false);
        }
    }

    // A read that is given up may say what it waited for; a stream that is ended has nothing to say.
    private static async Task<BrokerState> ReadAsync(IBrokerConnector connector, CancellationToken ct)
    {
        try
        {
            return await connector.GetStateAsync(new StateWindow(), ct).ConfigureAwait(false);
        }
        catch (ConnectorException e) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException("The stream has ended.", e, ct);
        }
    }
}
