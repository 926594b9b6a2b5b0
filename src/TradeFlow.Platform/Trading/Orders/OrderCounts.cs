using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>Orders that are under way, counted for the whole platform every 15 s; every Worker shows the same.</summary>
internal sealed class OrderCounts(Database database, TimeProvider clock, Supervisor supervisor) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private long unknown;
    private long waiting;
    private long oldest;

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("order counts", KeepCountingAsync)];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Measures.Watch("tradeflow.orders.unknown", "{order}", "Orders whose outcome is being looked for", () => Volatile.Read(ref unknown));
        Measures.Watch("tradeflow.orders.waiting", "{order}", "Orders that are recorded and not sent yet",
            () => Volatile.Read(ref waiting));
        Measures.Watch("tradeflow.orders.oldest_waiting", "s", "How long the oldest of them has waited", () => Volatile.Read(ref oldest));
        return base.StartAsync(cancellationToken);
    }

    private async Task KeepCountingAsync(CancellationToken ct)
    {
        while (true)
        {
            await CountAsync(ct);
            await Task.Delay(Every, clock, ct);
        }
    }

    private async Task CountAsync(CancellationToken ct)
    {
        // The partial index orders_open has these and no others.
        await using var command = database.System.CreateCommand("""
            select count(*) filter (where status = 'UNKNOWN'), count(*) filter (where status = 'PENDING'),
                   coalesce(extract(epoch from now() - min(created_at) filter (where status = 'PENDING')), 0)::bigint
            from trading.orders where status in ('PENDING', 'SENDING', 'UNKNOWN')
            """);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        Volatile.Write(ref unknown, row.GetInt64(0));
        Volatile.Write(ref waiting, row.GetInt64(1));
        Volatile.Write(ref oldest, row.GetInt64(2));
    }
}
