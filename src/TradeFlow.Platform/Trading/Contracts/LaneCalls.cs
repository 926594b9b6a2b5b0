using System.Text.Json;
using Orleans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>
/// Calls of lanes from outside of the Workers. What a lane is to do stands in PostgreSQL: a call that is lost costs a second.
/// </summary>
internal sealed class LaneCalls(WorkerCalls workers)
{
    // On the way there and back, beside the time for which the lane waits.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(300);

    /// <summary>Has the lane look at its orders, and at what has been decided about its account.</summary>
    public void Ring(AccountId account) =>
        _ = workers.TellAsync(grains => LaneOf(grains, account).RingAsync(), Margin, CancellationToken.None);

    /// <summary>Has the lane look, and waits for what becomes of the order.</summary>
    /// <returns>No value when the lane has nothing to tell in time; not told when nobody has answered.</returns>
    public Task<Told<OrderView?>> SubmitAsync(AccountId account, OrderId order, TimeSpan atMost)
    {
        var submitted = new SubmittedOrder(order.Value, atMost, Traces.Here);
        return workers.AskAsync(AskAsync, atMost + Margin, CancellationToken.None);

        async Task<OrderView?> AskAsync(IGrainFactory grains) => await LaneOf(grains, account)
            .SubmittedAsync(submitted) is { Json: { } json }
            ? JsonSerializer.Deserialize(json, TradingJson.Default.OrderView)
            : null;
    }

    private static ILane LaneOf(IGrainFactory grains, AccountId account) => grains.GetGrain<ILane>(account.Value);
}
