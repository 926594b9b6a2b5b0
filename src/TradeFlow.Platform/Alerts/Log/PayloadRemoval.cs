using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel.Housekeeping;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>
/// Empties message and answer of old signals and leaves a mark for whoever looks for them. The row stays as long as the log does.
/// </summary>
internal sealed class PayloadRemoval(
    Months months, PageByPage pages, JobRecords records, IOptions<RetentionOptions> options, TimeProvider clock) : IRecurringJob
{
    private const string Table = "alerts.webhooks_log";

    private const string Empty = $"""
        update {Table} set payload = '', response = null, removed = $5
        where ctid >= $1 and ctid < $2 and received_at >= $3 and received_at < $4 and removed is null
        """;

    public string Name => $"payloads of {Table}";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public IReadOnlyList<string> Tables => [];

    public async Task<long> RunAsync(CancellationToken ct)
    {
        var days = options.Value.PayloadDays;
        var before = clock.GetUtcNow().AddDays(-days);
        var done = await records.FindMarkAsync(Name, ct);
        var emptied = 0L;
        foreach (var month in await months.ListAsync(Table, ct))
        {
            // A month that was emptied to its end is not read again.
            if (month.Begins >= before || month.Ends <= done) continue;
            var until = month.Ends < before ? month.Ends : before;
            emptied += await pages.RunAsync(month.Relation, Empty, [month.Begins, until, $"removed after {days} days"], ct);
        }
        await records.MarkAsync(Name, before, ct);
        return emptied;
    }
}
