using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>
/// Brings the embedded dates and the feed into the database. One process of all does it at a time (an advisory lock), and when it is due
/// stands in the database: however many there are, and however often they start, a feed is asked once an hour.
/// </summary>
internal sealed partial class CalendarPoller(
    SoleProcess sole, CalendarStore store, CalendarFeed feed, EconomicCalendar calendar, IOptions<CalendarOptions> options,
    TimeProvider clock, Supervisor supervisor, ILogger<CalendarPoller> log) : SupervisedService(supervisor)
{
    private const long LockKey = 0x7466_6361_6c65_6e64;
    private static readonly string EmbeddedVersion = Convert.ToHexStringLower(SHA256.HashData(EmbeddedCalendar.Read()));
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BeforeFirst = TimeSpan.FromSeconds(30);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("calendar feed", KeepAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        while (true)
        {
            await RunAsync(ct);
            await Task.Delay(Tick, clock, ct);
        }
    }

    internal async Task RunAsync(CancellationToken ct)
    {
        // The lock costs a connection of its own, and mostly nothing is due.
        if (IsAnythingDue(await store.SourcesAsync(ct))) await sole.RunAsync(LockKey, () => ReadAsync(ct), ct);
    }

    private bool IsAnythingDue(List<CalendarSource> sources) => !IsEmbedded(sources)
        || (options.Value.FeedUrl is { Length: > 0 } address ? IsDue(address, Feed(sources)) : Feed(sources) is not null);

    private async Task ReadAsync(CancellationToken ct)
    {
        var sources = await store.SourcesAsync(ct);
        var changed = await EmbedAsync(sources, ct);
        var known = Feed(sources);
        if (options.Value.FeedUrl is { Length: > 0 } address) changed |= await PollAsync(address, known, ct);
        else if (known is not null)
        {
            await store.ForgetAsync(CalendarSources.Feed, ct);
            changed = true;
        }
        if (!changed) return;
        await calendar.ReloadAsync(ct);
        calendar.Tell();
    }

    private async Task<bool> EmbedAsync(List<CalendarSource> sources, CancellationToken ct)
    {
        if (IsEmbedded(sources)) return false;
        var events = FeedReader.Read(EmbeddedCalendar.Read(), CalendarSources.Embedded);
        await store.ReplaceAsync(CalendarSources.Embedded, events, null, EmbeddedVersion, clock.GetUtcNow(), ct);
        return true;
    }

    private static bool IsEmbedded(List<CalendarSource> sources) =>
        sources.FirstOrDefault(source => source.Source == CalendarSources.Embedded)?.Etag == EmbeddedVersion;

    private static CalendarSource? Feed(List<CalendarSource> sources) =>
        sources.FirstOrDefault(source => source.Source == CalendarSources.Feed);

    private async Task<bool> PollAsync(string address, CalendarSource? known, CancellationToken ct)
    {
        if (!IsDue(address, known)) return false;
        var now = clock.GetUtcNow();
        var same = known?.Address == address ? known : null;
        try
        {
            var fetched = await feed.FetchAsync(address, same?.Problem is null ? same?.Etag : null, ct);
            if (fetched.Content is { } content) await store.ReplaceAsync(CalendarSources.Feed,
                FeedReader.Read(content, CalendarSources.Feed), address, fetched.Etag, now, ct);
            else await store.ConfirmAsync(CalendarSources.Feed, now, ct);
            return true;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or FormatException or UnauthorizedAccessException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The last good reading stays; once it is too old the lockout says so.
            LogFailed(e.Message);
            await store.FailedAsync(CalendarSources.Feed, address, e.Message, now, ct);
            return true;
        }
    }

    // A file costs nothing to look at.
    private bool IsDue(string address, CalendarSource? source)
    {
        if (source is null || source.Address != address) return true;
        var now = clock.GetUtcNow();
        if (CalendarFeed.IsFile(address)) return now - source.TriedAt >= Tick;
        var wait = source.Problem is null ? TimeSpan.FromMinutes(options.Value.PollMinutes) : source.FetchedAt == DateTimeOffset.UnixEpoch
            ? BeforeFirst : AfterFailure;
        return now - source.TriedAt >= wait;
    }

    [LoggerMessage(6012, LogLevel.Warning, "The feed of the economic calendar could not be read; the last good one stays: {Reason}")]
    private partial void LogFailed(string reason);
}
