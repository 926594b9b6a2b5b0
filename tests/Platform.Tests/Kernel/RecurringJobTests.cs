using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>Jobs of several Workers over one database.</summary>
public sealed class RecurringJobTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task One_worker_of_all_does_a_job_and_the_others_know_that_it_was_done()
    {
        var job = new Job();
        using var first = Worker(job);
        using var second = Worker(job);
        var running = first.RunAsync(job, CancellationToken.None);
        await job.Begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        (await second.RunAsync(job, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeFalse();
        job.End.SetResult();
        (await running).ShouldBeTrue();
        (await second.RunAsync(job, CancellationToken.None)).ShouldBeTrue();

        job.Runs.ShouldBe(1);
        (await new JobRecords(platform.Database).DueInAsync(job, CancellationToken.None)).ShouldBeGreaterThan(TimeSpan.FromMinutes(50));
    }

    [Fact]
    public async Task A_job_runs_again_once_it_is_due()
    {
        var job = new Job();
        job.End.SetResult();
        using var worker = Worker(job);
        await worker.RunAsync(job, CancellationToken.None);

        await ExecuteAsync($"update kernel.recurring_jobs set ran_at = ran_at - interval '61 minutes' where name = '{job.Name}'");
        await worker.RunAsync(job, CancellationToken.None);

        job.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task A_job_that_fails_is_named_and_holds_up_no_other()
    {
        var (broken, whole) = (new Job { Fault = new InvalidDataException() }, new Job());
        whole.End.SetResult();
        using var worker = Worker(broken, whole);

        await worker.StartAsync(CancellationToken.None);

        await Eventually.True(() => worker.Stalled.Any() && whole.Runs == 1, TimeSpan.FromSeconds(30), "one fails and one runs");
        worker.Stalled.ShouldBe([$"job {broken.Name}"]);
        await worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_table_that_somebody_reads_is_waited_for_and_nobody_waits_behind_it()
    {
        var clock = new ShiftedClock();
        clock.MoveTo(DateTimeOffset.UtcNow.AddMonths(7));
        var job = new MonthlyPartitions(platform.Database, clock);
        using var worker = Worker(job);
        await using (var backup = await platform.Database.System.OpenConnectionAsync())
        {
            await using var transaction = await backup.BeginTransactionAsync();
            await ExecuteAsync("select count(*) from trading.order_events", backup);

            (await worker.RunAsync(job, CancellationToken.None)).ShouldBeFalse();

            await ExecuteAsync(
                "insert into trading.order_events (tenant_id, order_id, kind) values (gen_random_uuid(), gen_random_uuid(), 'test')");
        }
        (await worker.RunAsync(job, CancellationToken.None)).ShouldBeTrue();
    }

    private RecurringJobs Worker(params IRecurringJob[] jobs) => new(
        jobs, new JobRecords(platform.Database), new SoleProcess(platform.Database), TimeProvider.System,
        new Supervisor(TimeProvider.System, NullLogger<SupervisedLoop>.Instance), NullLogger<RecurringJobs>.Instance);

    private async Task ExecuteAsync(string sql, NpgsqlConnection? on = null)
    {
        await using var own = on is null ? await platform.Database.System.OpenConnectionAsync() : null;
        await using var command = new NpgsqlCommand(sql, on ?? own);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Job : IRecurringJob
    {
        private int runs;

        public string Name { get; } = $"test {Guid.NewGuid():N}";

        public TimeSpan Every => TimeSpan.FromHours(1);

        public IReadOnlyList<string> Tables => [];

        public Exception? Fault { get; init; }

        public int Runs => runs;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<long> RunAsync(CancellationToken ct)
        {
            if (Fault is not null) throw Fault;
            Interlocked.Increment(ref runs);
            Begun.TrySetResult();
            await End.Task.WaitAsync(ct);
            return 1;
        }
    }
}
