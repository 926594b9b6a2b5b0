using System.Text;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Book;

/// <summary>
/// The events of one account in the host's small store, a page of about 4 KiB at a time: an order costs one write of the last page, and a
/// restart reads them all again. Events of the same generation are only ever added; a compaction writes a new generation and then turns the
/// head to it.
/// </summary>
internal sealed class Journal(IConnectorState state)
{
    private const string HeadKey = "journal";
    private const int PageBytes = 4096;
    private const int PagesBeforeCompaction = 32;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly StringBuilder tail = new();
    private int generation;
    private int page;

    public async Task<PaperBook> LoadAsync(DateTimeOffset now, CancellationToken ct)
    {
        var events = await ReadAsync(ct);
        var book = Fold(events);
        if (page < PagesBeforeCompaction || Shorten(events, book, now - Kept) is not { } shorter) return book;
        await RewriteAsync(shorter, ct);
        return Fold(shorter);
    }

    /// <summary>Keeps one more event. When it throws, the event may have been kept: load again before going on.</summary>
    public async Task AppendAsync(BookEvent what, CancellationToken ct)
    {
        Add(what);
        await state.SetAsync(PageKey(generation, page), tail.ToString(), ct);
    }

    /// <summary>True when another session has written since: this happens after an account has moved to another Worker and back.</summary>
    public async Task<bool> HasMovedAsync(CancellationToken ct)
    {
        if (await state.GetAsync(PageKey(generation, page), ct) is not { } stored) return tail.Length > 0;
        if (stored != tail.ToString()) return true;
        return tail.Length >= PageBytes && await state.GetAsync(PageKey(generation, page + 1), ct) is not null;
    }

    private async Task<List<BookEvent>> ReadAsync(CancellationToken ct)
    {
        List<BookEvent> events = [];
        tail.Clear();
        (generation, page) = (0, 0);
        if (await state.GetAsync(HeadKey, ct) is { } head)
            generation = (JsonSerializer.Deserialize(head, BookJson.Default.JournalHead) ?? throw Damaged()).Generation;
        for (var next = 0; await state.GetAsync(PageKey(generation, next), ct) is { } text; next++)
        {
            page = next;
            tail.Clear().Append(text);
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                events.Add(JsonSerializer.Deserialize(line, BookJson.Default.BookEvent) ?? throw Damaged());
        }
        return events;
    }

    private async Task RewriteAsync(IReadOnlyList<BookEvent> events, CancellationToken ct)
    {
        var (oldGeneration, oldPages) = (generation, page);
        (generation, page) = (generation + 1, 0);
        tail.Clear();
        foreach (var what in events)
        {
            var before = page;
            var text = tail.ToString();
            Add(what);
            if (page != before) await state.SetAsync(PageKey(generation, before), text, ct);
        }
        await state.SetAsync(PageKey(generation, page), tail.ToString(), ct);
        await state.SetAsync(PageKey(generation, page + 1), null, ct);
        await state.SetAsync(HeadKey, JsonSerializer.Serialize(new JournalHead(generation), BookJson.Default.JournalHead), ct);
        for (var old = 0; old <= oldPages; old++) await state.SetAsync(PageKey(oldGeneration, old), null, ct);
    }

    private void Add(BookEvent what)
    {
        if (tail.Length >= PageBytes)
        {
            page++;
            tail.Clear();
        }
        tail.Append(JsonSerializer.Serialize(what, BookJson.Default.BookEvent)).Append('\n');
    }

    private static PaperBook Fold(IEnumerable<BookEvent> events)
    {
        var book = new PaperBook();
        foreach (var what in events) book.Apply(what);
        return book;
    }

    // Leaves out orders whose story ended before the time; what they earned goes into the base.
    private static List<BookEvent>? Shorten(List<BookEvent> events, PaperBook book, DateTimeOffset from)
    {
        var over = events.GroupBy(StoryOf, StringComparer.Ordinal)
            .Where(story => story.Key.Length > 0 && story.Max(what => what.At) < from
                && book.FindPosition(story.Key + PaperOrder.PositionSuffix) is null && book.FindOrder(story.Key)?.IsWorking != true)
            .SelectMany(story => story).ToHashSet();
        // Of the script only the place it has come to is needed, and it is told last: an older order that is kept names an older place.
        if (over.Count == 0 && events.Count(what => what.Kind == EventKind.Step) < 2) return null;
        var place = events.FindLast(what => what.Script is not null);
        var older = events.Find(what => what.Kind == EventKind.Base);
        var start = new BookEvent
        {
            Kind = EventKind.Base,
            At = from,
            Balance = (older?.Balance ?? PaperBook.StartBalance) + over.Sum(what => what.Pnl ?? 0m),
            Count = (older?.Count ?? 0) + over.Count(what => what.Kind is EventKind.Order or EventKind.Close),
        };
        var kept = events.Where(what => what.Kind is not (EventKind.Base or EventKind.Step) && !over.Contains(what));
        return place is null ? [start, .. kept]
            : [start, .. kept, new BookEvent { Kind = EventKind.Step, At = place.At, Script = place.Script, Place = place.Place }];
    }

    private static string StoryOf(BookEvent what) =>
        what.PositionId is { } position ? position.Replace(PaperOrder.PositionSuffix, "", StringComparison.Ordinal) : what.OrderId ?? "";

    private static string PageKey(int generation, int page) => $"journal.{generation}.{page}";

    private static InvalidDataException Damaged() => new("The journal of a paper account cannot be read.");
}
