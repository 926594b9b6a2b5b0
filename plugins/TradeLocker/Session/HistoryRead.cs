using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>Final orders since an instant. <c>Complete</c> is false when the broker had more than could be read.</summary>
internal sealed record History(IReadOnlyList<OrderRow> Rows, bool Complete);

/// <summary>One page of it.</summary>
internal sealed record HistoryPage(IReadOnlyList<OrderRow> Rows, bool HasMore);

/// <summary>Shared by all who wait for its turn; the span grows to the earliest instant that anybody asked for.</summary>
internal sealed class HistoryRead
{
    private const int MostPages = 20;

    private readonly Func<CancellationToken, ValueTask> turn;
    private readonly Func<DateTimeOffset, DateTimeOffset?, CancellationToken, Task<HistoryPage>> read;
    private readonly SharedRead<DateTimeOffset, History> shared;

    public HistoryRead(
        Func<CancellationToken, ValueTask> turn, Func<DateTimeOffset, DateTimeOffset?, CancellationToken, Task<HistoryPage>> read,
        CancellationToken lifetime)
    {
        (this.turn, this.read) = (turn, read);
        shared = new("TradeLocker", turn, PagesAsync, (one, other) => one < other ? one : other, lifetime);
    }

    public Task<History> ReadAsync(DateTimeOffset from, CancellationToken ct) => shared.ReadAsync(from, ct);

    private async Task<History> PagesAsync(DateTimeOffset from, CancellationToken ct)
    {
        Dictionary<string, OrderRow> rows = new(StringComparer.Ordinal);
        DateTimeOffset? to = null;
        for (var page = 1; ; page++)
        {
            var got = await read(from, to, ct);
            var before = rows.Count;
            foreach (var row in got.Rows) rows[row.Id] = row;
            if (!got.HasMore) return new History([.. rows.Values], true);
            if (page == MostPages || rows.Count == before || got.Rows.Min(row => row.Created) is not { } oldest
                || got.Rows.Max(row => row.Created) is not { } newest)
                return new History([.. rows.Values], false);
            // Nothing says in which direction a brand pages: newest first goes on to earlier orders, oldest first to later ones.
            if (got.Rows[0].Created >= got.Rows[^1].Created) to = oldest;
            else from = newest;
            await turn(ct);
        }
    }
}
