using Microsoft.Extensions.Options;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>Takes away what is older than the configuration says: whole months where the table has them, the rest page by page.</summary>
internal sealed class AgeLimit(
    string table, string column, Func<RetentionOptions, int> days, Months months, PageByPage pages, IOptions<RetentionOptions> options,
    TimeProvider clock) : IRecurringJob
{
    public string Name => table;

    public TimeSpan Every => TimeSpan.FromDays(1);

    public IReadOnlyList<string> Tables => [table];

    public async Task<long> RunAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow().AddDays(-days(options.Value));
        var gone = 0L;
        while (await months.DropOldestAsync(table, before, ct)) gone++;
        var statement = $"delete from {table} where ctid >= $1 and ctid < $2 and {column} >= $3 and {column} < $4";
        var parts = await months.ListAsync(table, ct);
        if (parts.Count == 0) return await pages.RunAsync(table, statement, [DateTimeOffset.UnixEpoch, before], ct);
        foreach (var month in parts.Where(month => month.Begins < before))
            gone += await pages.RunAsync(month.Relation, statement, [month.Begins, month.Ends < before ? month.Ends : before], ct);
        return gone;
    }
}
