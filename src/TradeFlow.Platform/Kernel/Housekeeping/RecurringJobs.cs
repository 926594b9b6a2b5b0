using Microsoft.Extensions.Logging;
using Npgsql;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>
/// Runs the recurring jobs of all modules when they are due, one after the other and in one Worker of all at a time: the one that gets the
/// lock. The others stand by. A job that fails is tried again and named; the others go on.
/// </summary>
internal sealed partial class RecurringJobs(
    IEnumerable<IRecurringJob> jobs, JobRecords records, SoleProcess sole, TimeProvider clock, Supervisor supervisor,
    ILogger<RecurringJobs> log) : SupervisedService(supervisor)
{
    private const long LockKey = 0x7466_7377_6565_7073;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StandBy = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim turn = new(1);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [.. jobs.Select(job => ($"job {job.Name}", (Func<CancellationToken, Task>)(ct => KeepAsync(job, ct))))];

    private async Task KeepAsync(IRecurringJob job, CancellationToken ct)
    {
        while (true)
        {
            var wait = await records.DueInAsync(job, ct);
            if (wait <= TimeSpan.Zero) wait = await RunInTurnAsync(job, ct) ? job.Every : StandBy;
            await Task.Delay(wait < LookAgain ? wait : LookAgain, clock, ct);
        }
    }

    /// <returns>False when another Worker sweeps now, or when the tables were in use.</returns>
    private async Task<bool> RunInTurnAsync(IRecurringJob job, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return await RunAsync(job, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    internal async Task<bool> RunAsync(IRecurringJob job, CancellationToken ct)
    {
        try
        {
            return await sole.RunAsync(LockKey, () => DoAsync(job, ct), ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // Somebody reads or writes the whole table, such as a backup. Trading must not wait behind us, so we wait.
            LogInUse(job.Name);
            return false;
        }
    }

    private async Task DoAsync(IRecurringJob job, CancellationToken ct)
    {
        // Whoever held the lock before may have done it.
        if (await records.DueInAsync(job, ct) > TimeSpan.Zero) return;
        var began = clock.GetTimestamp();
        var done = await job.RunAsync(ct);
        await records.RanAsync(job, clock.GetElapsedTime(began), done, ct);
        if (done > 0) LogDone(job.Name, done, clock.GetElapsedTime(began).TotalSeconds);
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    [LoggerMessage(1040, LogLevel.Information, "Job {Job}: {Done} done in {Seconds:0.0} s")]
    private partial void LogDone(string job, long done, double seconds);

    [LoggerMessage(1041, LogLevel.Warning, "Job {Job} waits: a table it needs for itself is in use")]
    private partial void LogInUse(string job);
}
