using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>The calendar of the days around now, in memory: read at the first question, then every 15 s and when somebody says that it has changed.</summary>
internal sealed partial class EconomicCalendar(CalendarStore store, RedisBus bus, IOptions<CalendarOptions> options, TimeProvider clock, ILogger<EconomicCalendar> log) : BackgroundService
{
    public const string Changed = "tf.calendar-changed";
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim wake = new(0, 1);
    private volatile CalendarView? current;

    /// <exception cref="NpgsqlException">It was never read, and cannot be now.</exception>
    public async ValueTask<CalendarView> CurrentAsync(CancellationToken ct) => current ?? await ReloadAsync(ct);

    public async Task<CalendarView> ReloadAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return current = new CalendarView(await store.ListAsync(now.AddDays(-1), now.AddDays(2), ct), await store.SourcesAsync(ct), options.Value);
    }

    /// <summary>Tells every replica.</summary>
    public void Tell() => bus.Publish(Changed, "");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = bus.Subscribe(Changed, _ =>
        {
            if (wake.CurrentCount == 0) wake.Release();
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            await wake.WaitAsync(Refresh, stoppingToken);
            try
            {
                await ReloadAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogNotRead(e.Message);
            }
        }
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(6001, LogLevel.Warning, "The economic calendar cannot be read again now: {Reason}")]
    private partial void LogNotRead(string reason);
}
