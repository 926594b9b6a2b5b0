using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// How far this process's clock is ahead of PostgreSQL's, measured at the start and every minute. Signals are stamped here and judged
/// there: with seconds between the two every entry is too old, or one that is too old is sent.
/// </summary>
internal sealed partial class ClockSkew(Database database, TimeProvider clock, Supervisor supervisor, ILogger<ClockSkew> log)
    : SupervisedService(supervisor)
{
    public static readonly TimeSpan Warning = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private const int Tries = 3;
    private const long NotMeasured = long.MinValue;
    private long ahead = NotMeasured;

    /// <summary>
    /// Positive when this process is ahead. Less half the round trip, which may hide that much; <c>null</c> before the first measurement.
    /// </summary>
    public TimeSpan? Ahead => Interlocked.Read(ref ahead) is var ticks and not NotMeasured ? new TimeSpan(ticks) : null;

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("clock skew", WatchAsync)];

    /// <summary>In words for people.</summary>
    public static string Told(TimeSpan ahead) => string.Create(CultureInfo.InvariantCulture,
        $"The clock of this machine is {ahead.Duration().TotalSeconds:0.0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} PostgreSQL's");

    private async Task WatchAsync(CancellationToken ct)
    {
        while (true)
        {
            await MeasureAsync(ct);
            await Task.Delay(Every, clock, ct);
        }
    }

    private async Task MeasureAsync(CancellationToken ct)
    {
        // The quickest of a few: a question that was held up says little.
        var (difference, trip) = (TimeSpan.Zero, TimeSpan.MaxValue);
        for (var n = 0; n < Tries; n++)
        {
            await using var command = database.System.CreateCommand("select clock_timestamp()");
            var (asked, began) = (clock.GetUtcNow(), clock.GetTimestamp());
            var theirs = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!); // clock_timestamp() is never null
            var took = clock.GetElapsedTime(began);
            if (took < trip) (difference, trip) = (asked + took / 2 - theirs, took);
        }
        var certain = difference.Duration() - trip / 2;
        if (certain < TimeSpan.Zero) certain = TimeSpan.Zero;
        Interlocked.Exchange(ref ahead, certain.Ticks * Math.Sign(difference.Ticks));
        if (certain >= Warning) LogSkewed(Told(new TimeSpan(Interlocked.Read(ref ahead))));
    }

    [LoggerMessage(1030, LogLevel.Warning, "{Told}: both must follow the same time server")]
    private partial void LogSkewed(string told);
}
