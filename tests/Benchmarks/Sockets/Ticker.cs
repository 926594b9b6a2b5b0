using System.Globalization;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;

namespace TradeFlow.Benchmarks.Sockets;

/// <summary>
/// Moves the positions of one tenant as a Worker does that reads its account: all of them, one after the other, again and again.
/// </summary>
internal sealed class Ticker(LiveEvents live, TenantId tenant, int positions)
{
    private readonly AccountId account = new(Guid.CreateVersion7());
    private readonly Guid[] ids = [.. Enumerable.Range(0, positions).Select(_ => Guid.CreateVersion7())];

    /// <summary>The price of a tick is when it was told.</summary>
    public static ReadOnlySpan<byte> Stamp => "\"current_price\":"u8;
    public static ReadOnlySpan<byte> Last => "\"pnl\":-1,"u8;

    public int Rounds { get; private set; }

    public async Task RunAsync(TimeSpan offset, double rate, CancellationToken ct)
    {
        await Task.Delay(offset, ct);
        using var due = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate));
        do Tell(isLast: false);
        while (await due.WaitForNextTickAsync(ct));
    }

    public void Tell(bool isLast)
    {
        foreach (var id in ids)
            live.PublishTick(tenant, account, id, string.Create(CultureInfo.InvariantCulture,
                $$"""{"type":"update","position_id":"{{id}}","current_price":{{Latencies.Now}},"pnl":{{(isLast ? -1 : 12.5)}},"pnl_percent":0.0123,"qty":1,"avg_price":1.0845,"stop_loss":null,"take_profit":null}"""));
        Rounds++;
    }
}
