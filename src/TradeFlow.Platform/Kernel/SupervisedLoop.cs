using Microsoft.Extensions.Logging;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Keeps a loop going until it is told to stop. Whatever the loop throws is logged as an error and counted, and the loop is started again
/// after a pause that grows while it keeps failing. A loop that has ended three times within a minute has stalled, until it has run for a
/// minute again.
/// </summary>
/// <param name="name">For the log and the counter: a fixed name, without ids.</param>
public sealed partial class SupervisedLoop(string name, TimeProvider clock, ILogger log)
{
    public const int EndsUntilStalled = 3;

    /// <summary>The stretch in which ends are counted, and after which a loop that runs is well again.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    // Short enough that a loop which fails at every start stays above the limit.
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Queue<long> ends = new();
    private volatile bool stalled;
    private bool told;

    public string Name => name;

    /// <summary>What the loop is about, such as an account; for the log.</summary>
    public string Subject { get; init; } = "";

    /// <summary>True from the third end within a minute until the loop has run for a minute.</summary>
    public bool IsStalled => stalled;

    /// <summary>Called once when the loop has stalled, and again at its next end when the call itself failed.</summary>
    public Func<CancellationToken, Task>? Stalled { get; init; }

    /// <summary>Called once when a loop that was told of as stalled is well again.</summary>
    public Func<CancellationToken, Task>? Recovered { get; init; }

    /// <summary>
    /// Returns once <paramref name="stopping"/> is cancelled and the loop has ended. Nothing that the loop throws leaves from here.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> loop, CancellationToken stopping)
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            var running = BeginAsync(loop, stopping);
            await RecoverAsync(running, stopping);
            var fault = await EndOf(running);
            if (stopping.IsCancellationRequested) return;

            if (clock.GetElapsedTime(began) >= Calm) pause = FirstPause;
            Count(fault, pause);
            if (stalled && !told) told = await TellAsync(Stalled, stopping);
            await Task.Delay(pause, clock,
                stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = pause + pause < LongestPause ? pause + pause : LongestPause;
        }
    }

    // What a loop throws before its first await ends it like everything else.
    private static async Task BeginAsync(Func<CancellationToken, Task> loop, CancellationToken stopping) => await loop(stopping);

    private static async Task<Exception?> EndOf(Task running)
    {
        try
        {
            await running;
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Count(Exception? fault, TimeSpan pause)
    {
        var kind = fault?.GetType().Name ?? "returned";
        LogEnded(fault, name, Subject, kind, pause.TotalMilliseconds);
        Measures.LoopFaults.Add(1, new("loop", name), new("exception", kind));
        var now = clock.GetTimestamp();
        while (ends.TryPeek(out var oldest) && clock.GetElapsedTime(oldest, now) >= Calm) ends.Dequeue();
        ends.Enqueue(now);
        if (ends.Count >= EndsUntilStalled) stalled = true;
    }

    // Waits out the minute that a stalled loop has to run for, and tells that it is well again.
    private async Task RecoverAsync(Task running, CancellationToken stopping)
    {
        while ((stalled || told) && !running.IsCompleted)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(running, Task.Delay(Calm, clock, waiting.Token));
            await waiting.CancelAsync();
            if (running.IsCompleted || stopping.IsCancellationRequested) return;
            stalled = false;
            ends.Clear();
            LogWell(name, Subject);
            if (told) told = !await TellAsync(Recovered, stopping);
        }
    }

    private async Task<bool> TellAsync(Func<CancellationToken, Task>? tell, CancellationToken stopping)
    {
        try
        {
            if (tell is not null) await tell(stopping);
            return true;
        }
        catch (Exception e)
        {
            // Whoever is told may be away for the same reason as the loop. The loop matters more than the message, which is tried again.
            LogNotTold(e, name, Subject);
            return false;
        }
    }

    [LoggerMessage(1020, LogLevel.Error, "The loop {Loop} {Subject} ended ({Kind}) and starts again in {Pause} ms")]
    private partial void LogEnded(Exception? e, string loop, string subject, string kind, double pause);

    [LoggerMessage(1021, LogLevel.Warning, "The loop {Loop} {Subject} runs again without faults")]
    private partial void LogWell(string loop, string subject);

    [LoggerMessage(1022, LogLevel.Error, "Nobody could be told about the loop {Loop} {Subject}")]
    private partial void LogNotTold(Exception e, string loop, string subject);
}
