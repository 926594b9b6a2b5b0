using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>
/// Tells whoever waits for an order and the tenant's sockets what became of it. Losing a message costs time only: all can read the row.
/// </summary>
internal sealed partial class OrderAnnouncer(OrderStore store, OrderNews news, LiveEvents live, ILogger<OrderAnnouncer> log)
{
    public async Task AnnounceAsync(OrderRow row, CancellationToken ct)
    {
        var view = row.ToView();
        var own = JsonSerializer.Serialize(view, TradingJson.Default.OrderView);
        live.Publish(new TenantId(row.TenantId), new AccountId(row.AccountId), $$"""{"type":"order","order":{{own}}}""");
        try
        {
            await AnswerAsync(row, view, own, ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            LogNotAnswered(e, row.Id);
        }
    }

    private async Task AnswerAsync(OrderRow row, OrderView view, string own, CancellationToken ct)
    {
        if (row.Action == "open" || (row.ParentId is null && !await HasLegsAsync(row, ct)))
        {
            if (row.Status is not (OrderRow.Pending or OrderRow.Sending)) news.Tell(view, own);
        }
        else
        {
            await AnnounceSignalAsync(row, ct);
        }
    }

    private async Task<bool> HasLegsAsync(OrderRow row, CancellationToken ct) =>
        row.Action is "close" or "flatten" or "reverse" && (await store.LegsAsync(row.Id, ct)).Count > 0;

    // The signal is answered when the last of its orders has an outcome.
    private async Task AnnounceSignalAsync(OrderRow row, CancellationToken ct)
    {
        var head = row.ParentId is { } parent ? await store.FindAsync(parent, ct) : row;
        if (head is null) return;
        if (row.ParentId is not null) Tell(row.ToView());
        var view = OrderViews.Combine(head, await store.LegsAsync(head.Id, ct));
        if (view.Status != OrderRow.Pending) Tell(view);
    }

    private void Tell(OrderView view) => news.Tell(view, JsonSerializer.Serialize(view, TradingJson.Default.OrderView));

    [LoggerMessage(4080, LogLevel.Warning, "Whoever waits for order {OrderId} has to read it")]
    private partial void LogNotAnswered(Exception e, Guid orderId);
}
