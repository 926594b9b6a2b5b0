using Microsoft.Extensions.Options;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>
/// The calendar of the days around now, in memory: read at the first question, then every 15 s and when somebody says that it has changed.
/// </summary>
internal sealed class EconomicCalendar(
    CalendarStore store, RedisBus bus, IOptions<CalendarOptions> options, TimeProvider clock, Supervisor supervisor)
    : SupervisedService(supervisor)
{
    public const string Changed = "tf.calendar-changed";
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(15);

    private readonly Wake wake = new();
    private volatile CalendarView? current;

    /// <exception cref="NpgsqlException">It was never read, and cannot be now.</exception>
    public async ValueTask<CalendarView> CurrentAsync(CancellationToken ct) => current ?? await ReloadAsync(ct);

    public async Task<CalendarView> ReloadAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return current = new CalendarView(await store.ListAsync(now.AddDays(-1), now.AddDays(2), ct), await store.SourcesAsync(ct),
            options.Value);
    }

    /// <summary>Tells every replica.</summary>
    public void Tell() => bus.Publish(Changed, "");

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("economic calendar", KeepAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        using var subscription = bus.Subscribe(Changed, _ => wake.Ring());
        while (true)
        {
            await ReloadAsync(ct);
            await wake.WaitAsync(Refresh, ct);
        }
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }
}
