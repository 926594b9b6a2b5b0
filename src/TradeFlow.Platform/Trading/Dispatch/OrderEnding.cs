using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Ends an order of which nothing was sent.</summary>
internal sealed class OrderEnding(OrderStore store)
{
    /// <returns>The row as it has ended; <c>null</c> when it was not ours to end any more.</returns>
    public Task<OrderRow?> RefuseAsync(
        Lane lane, OrderRow order, string code, string reason, IReadOnlyDictionary<string, string[]>? errors = null) =>
        EndAsync(lane, order, OrderRow.Rejected, code, reason, errors);

    /// <summary>There is nothing to do for it, or nothing any more.</summary>
    /// <returns>The row as it has ended; <c>null</c> when it was not ours to end any more.</returns>
    public Task<OrderRow?> CancelAsync(
        Lane lane, OrderRow order, string code, string reason, IReadOnlyDictionary<string, string[]>? errors = null) =>
        EndAsync(lane, order, OrderRow.Canceled, code, reason, errors);

    // Not given up half-way: what is ended is told.
    private async Task<OrderRow?> EndAsync(
        Lane lane, OrderRow order, string status, string code, string reason, IReadOnlyDictionary<string, string[]>? errors)
    {
        if (!await store.RefuseAsync(order.Id, lane.Epoch, status, code, reason, errors, CancellationToken.None)) return null;
        lane.Forget(order.Id);
        return await store.FindAsync(order.Id, CancellationToken.None);
    }
}
