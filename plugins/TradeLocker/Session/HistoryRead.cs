using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>Final orders since an instant. <c>Complete</c> is false when the broker had more than could be read.</summary>
internal sealed record History(IReadOnlyList<OrderRow> Rows, bool Complete);

/// <summary>One page of it.</summary>
internal sealed record HistoryPage(IReadOnlyList<OrderRow> Rows, bool HasMore);

/// <summary>Shared like <see cref="SharedRead{T}"/>; the span grows to the earliest instant that anybody asked for.</summary>
internal sealed class HistoryRead(Func<CancellationToken, ValueTask> turn, Func<DateTimeOffset, DateTimeOffset?, CancellationToken, Task<HistoryPage>> read, CancellationToken lifetime)
{
    private const int MostPages = 20;

    private readonly Lock gate = new();
    private volatile Task<History>? waiting;
    private DateTimeOffset earliest;

    public Task<History> ReadAsync(DateTimeOffset from, CancellationToken ct)
    {
        Task<History> shared;
        lock (gate)
        {
            if (waiting is null || from < earliest) earliest = from;
            shared = waiting ??= RunAsync();
        }
        return Turn.AnswerAsync(shared, () => waiting == shared, ct);
    }

    private async Task<History> RunAsync()
    {
        await Task.Yield();
        DateTimeOffset from;
        try
        {
            await turn(lifetime);
        }
        finally
        {
            lock (gate) (from, waiting) = (earliest, null);
        }
        return await PagesAsync(from);
    }

    private async Task<History> PagesAsync(DateTimeOffset from)
    {
        Dictionary<string, OrderRow> rows = new(StringComparer.Ordinal);
        DateTimeOffset? to = null;
        for (var page = 1; ; page++)
        {
            var got = await read(from, to, lifetime);
            var before = rows.Count;
            foreach (var row in got.Rows) rows[row.Id] = row;
            if (!got.HasMore) return new History([.. rows.Values], true);
            if (page == MostPages || rows.Count == before || got.Rows.Min(row => row.Created) is not { } oldest || got.Rows.Max(row => row.Created) is not { } newest) return new History([.. rows.Values], false);
            // Nothing says in which direction a brand pages: newest first goes on to earlier orders, oldest first to later ones.
            if (got.Rows[0].Created >= got.Rows[^1].Created) to = oldest;
            else from = newest;
            await turn(lifetime);
        }
    }
}
