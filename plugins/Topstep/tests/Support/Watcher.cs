using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Tests.Support;

/// <summary>Listens to a session as the host does, and keeps the book that the host would have.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Task listening;

    public Watcher(IBrokerConnector session) => listening = ListenAsync(session);

    public ConcurrentQueue<AccountUpdate> Updates { get; } = new();
    public ConcurrentDictionary<string, PositionReport> Positions { get; } = new();
    public ConcurrentDictionary<string, FillReport> Fills { get; } = new();
    public Exception? Error { get; private set; }

    public async Task<Watcher> StartedAsync()
    {
        await Eventually.True(() => Task.FromResult(Updates.Any(update => update is AccountUpdate.Heartbeat)), TimeSpan.FromSeconds(10),
            "the stream is up");
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await listening;
        end.Dispose();
    }

    private async Task ListenAsync(IBrokerConnector session)
    {
        try
        {
            await foreach (var update in session.StreamAsync(end.Token))
            {
                Take(update);
                Updates.Enqueue(update);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The test is over.
        }
        catch (Exception e)
        {
            Error = e;
        }
    }

    private void Take(AccountUpdate update)
    {
        switch (update)
        {
            case AccountUpdate.Snapshot { State: var state }:
                Positions.Clear();
                foreach (var position in state.Positions) Positions[position.BrokerPositionId] = position;
                foreach (var fill in state.Fills) Fills[fill.BrokerFillId] = fill;
                break;
            case AccountUpdate.Position { Report: var report, Closed: var closed }:
                if (closed) Positions.TryRemove(report.BrokerPositionId, out _);
                else Positions[report.BrokerPositionId] = report;
                break;
            case AccountUpdate.Fill { Report: var fill }:
                Fills[fill.BrokerFillId] = fill;
                break;
        }
    }
}
