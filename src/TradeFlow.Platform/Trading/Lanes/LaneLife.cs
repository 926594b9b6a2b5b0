using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// One epoch of a lane in this worker, from its begin to its end: keeps its loops going, waits at the end for what was sent, gives up the
/// session at the broker, and gives the lane back.
/// </summary>
internal sealed partial class LaneLife(Lane lane, LaneHost host, LaneStore store, IBrokerSessions sessions, Action over, ILogger log)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Lock ending = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task loops = Task.CompletedTask;
    private Task? ended;

    public Lane Lane => lane;

    /// <summary>Cancelled when it begins to end.</summary>
    public CancellationToken Ending => IsEnding ? new CancellationToken(canceled: true) : end.Token;

    /// <summary>Its loops run.</summary>
    public bool HasBegun => begun.Task.IsCompletedSuccessfully;

    /// <summary>Ends when it has begun, or ends without.</summary>
    public Task Begun => begun.Task;

    /// <summary>Nothing new is begun any more.</summary>
    public bool IsEnding => end.IsCancellationRequested;

    /// <param name="after">What an earlier epoch may still be doing elsewhere is waited out first.</param>
    public void Begin(LaneWatch watch, Task after, params (string Name, Func<Lane, CancellationToken, Task> RunAsync)[] parts)
    {
        loops = lane.Turns.RunAsync(RunAsync);

        async Task RunAsync()
        {
            await Task.WhenAny(after, Task.Delay(Timeout.Infinite, end.Token));
            if (IsEnding) return;
            sessions.Serve(lane.AccountId);
            begun.TrySetResult();
            await Task.WhenAll(parts.Select(part => watch.RunAsync(lane, part.Name, part.RunAsync, end.Token)));
        }
    }

    /// <summary>A newer epoch has begun elsewhere: nothing leaves any more.</summary>
    public void Lose()
    {
        if (lane.Hold.IsLost) return;
        lane.Hold.Lose();
        Measures.LaneMoves.Add(1, new KeyValuePair<string, object?>("kind", "lost"));
        LogLost(lane.AccountId.Value, lane.Epoch);
        Finish();
    }

    /// <summary>Ends it, and tells whoever began it.</summary>
    public void Finish()
    {
        _ = EndAsync();
        over();
    }

    /// <summary>Any number of times, from anywhere: it ends once.</summary>
    public Task EndAsync()
    {
        lock (ending) return ended ??= RunAsync();

        async Task RunAsync()
        {
            await end.CancelAsync();
            begun.TrySetCanceled(CancellationToken.None);
            await loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await sessions.ReleaseAsync(lane.AccountId);
                // What has not left by now must not leave any more.
                lane.Hold.Lose();
                await store.GiveBackAsync(lane.AccountId.Value, lane.Epoch);
            }
            catch (Exception e)
            {
                // Who begins next waits until nothing of this one can be under way.
                LogNotGivenBack(e, lane.AccountId.Value);
            }
            finally
            {
                lane.Hold.Lose();
                host.Forget(this);
                lane.Dispose();
                end.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    [LoggerMessage(4051, LogLevel.Warning, "Lane of account {AccountId} has begun a newer epoch than {Epoch} elsewhere")]
    private partial void LogLost(Guid accountId, long epoch);

    [LoggerMessage(4053, LogLevel.Warning, "Lane of account {AccountId} was not given back")]
    private partial void LogNotGivenBack(Exception e, Guid accountId);
}
