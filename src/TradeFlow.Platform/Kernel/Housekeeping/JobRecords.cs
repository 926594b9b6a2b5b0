namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary><c>kernel.recurring_jobs</c>: what each job has done, for whichever Worker is next.</summary>
internal sealed class JobRecords(Database database)
{
    /// <summary>How long it is until a job is due, by PostgreSQL's clock; zero or less: it is.</summary>
    public async Task<TimeSpan> DueInAsync(IRecurringJob job, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select ran_at + $2 - clock_timestamp() from kernel.recurring_jobs where name = $1");
        command.Parameters.AddWithValue(job.Name);
        command.Parameters.AddWithValue(job.Every);
        return await command.ExecuteScalarAsync(ct) is TimeSpan wait ? wait : TimeSpan.Zero;
    }

    public async Task RanAsync(IRecurringJob job, TimeSpan took, long done, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            insert into kernel.recurring_jobs (name, ran_at, took, done) values ($1, clock_timestamp() - $2, $2, $3)
                on conflict (name) do update set ran_at = excluded.ran_at, took = excluded.took, done = excluded.done
            """);
        command.Parameters.AddWithValue(job.Name);
        command.Parameters.AddWithValue(took);
        command.Parameters.AddWithValue(done);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>How far a job has come, as it has written with <see cref="MarkAsync"/>.</summary>
    public async Task<DateTimeOffset?> FindMarkAsync(string job, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select mark from kernel.recurring_jobs where name = $1");
        command.Parameters.AddWithValue(job);
        return await command.ExecuteScalarAsync(ct) is DateTime mark ? new DateTimeOffset(mark) : null;
    }

    public async Task MarkAsync(string job, DateTimeOffset mark, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "insert into kernel.recurring_jobs (name, mark) values ($1, $2) on conflict (name) do update set mark = excluded.mark");
        command.Parameters.AddWithValue(job);
        command.Parameters.AddWithValue(mark);
        await command.ExecuteNonQueryAsync(ct);
    }
}
