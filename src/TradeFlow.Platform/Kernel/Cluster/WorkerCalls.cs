using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;

namespace TradeFlow.Platform.Kernel.Cluster;

/// <summary>What a call of a Worker told, if anything did.</summary>
/// <param name="IsTold">False where nobody has answered. What was asked for may have been done all the same.</param>
internal readonly record struct Told<T>(bool IsTold, T? Value);

/// <summary>
/// Calls of the Workers. One that fails says nothing about what it was about: whoever asks for the outcome of an order reads its row then.
/// </summary>
/// <param name="grains">Where grains are called now; <c>null</c> while no Worker was found.</param>
internal sealed partial class WorkerCalls(Func<IGrainFactory?> grains, ILogger<WorkerCalls> log)
{
    /// <summary>No Worker was found yet.</summary>
    public bool IsAlone => grains() is null;

    /// <param name="atMost">How long the answer is waited for here. The call itself has the time that its method has
    /// (<see cref="ResponseTimeoutAttribute"/>).</param>
    public async Task<Told<T>> AskAsync<T>(Func<IGrainFactory, Task<T>> ask, TimeSpan atMost, CancellationToken ct)
    {
        if (grains() is not { } known) return default;
        try
        {
            return new Told<T>(true, await ask(known).WaitAsync(atMost, ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (IsExpected(e))
        {
            LogNotTold(e.GetType().Name);
            return default;
        }
        catch (Exception e)
        {
            // A fault of the Worker's: it says as little as its death would.
            LogFailed(e);
            return default;
        }
    }

    /// <summary>As <see cref="AskAsync{T}"/>, where the answer has no content.</summary>
    /// <returns>Whether it was answered.</returns>
    public async Task<bool> TellAsync(Func<IGrainFactory, Task> tell, TimeSpan atMost, CancellationToken ct)
    {
        var told = await AskAsync(Answered, atMost, ct);
        return told.IsTold;

        async Task<bool> Answered(IGrainFactory known)
        {
            await tell(known);
            return true;
        }
    }

    // What becomes of calls while Workers come, go and hang.
    private static bool IsExpected(Exception e) =>
        e is TimeoutException or OrleansException or CodecNotFoundException or ObjectDisposedException;

    [LoggerMessage(1030, LogLevel.Debug, "A Worker did not answer: {Kind}")]
    private partial void LogNotTold(string kind);

    [LoggerMessage(1031, LogLevel.Error, "A call of a Worker failed")]
    private partial void LogFailed(Exception e);
}
