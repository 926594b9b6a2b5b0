using Orleans;
using Orleans.Concurrency;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Benchmarks.Hop;

/// <summary>A lane that has a bell and nothing else.</summary>
[Alias("hop")]
internal interface IHop : IGrainWithGuidKey
{
    [AlwaysInterleave, Alias("submitted")]
    Task<OrderTold?> SubmittedAsync(SubmittedOrder submitted);
}

[KeepAlive]
internal sealed class HopGrain : Grain, IHop
{
    private readonly HopRun.Bell bell = Begin();

    public Task<OrderTold?> SubmittedAsync(SubmittedOrder submitted)
    {
        var told = new TaskCompletionSource<OrderTold?>(TaskCreationOptions.RunContinuationsAsynchronously);
        bell.Ring(answer => told.TrySetResult(new OrderTold(answer)));
        return told.Task;
    }

    // Its loop runs beside the grain, as that of a lane does.
    private static HopRun.Bell Begin()
    {
        using (ExecutionContext.SuppressFlow()) return Task.Run(() => new HopRun.Bell()).GetAwaiter().GetResult();
    }
}
