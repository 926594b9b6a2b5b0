using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Lets one process of all do something at a time. Its lock belongs to a connection outside of the pool: connections of the pool are handed
/// on as they are, with whatever a session holds, and with the process the lock ends.
/// </summary>
internal sealed class SoleProcess(Database database)
{
    /// <returns>False when another process is at it; nothing was done then.</returns>
    public async Task<bool> RunAsync(long key, Func<Task> work, CancellationToken ct)
    {
        await using var connection = await database.OpenAloneAsync(ct);
        await using var take = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = key } } };
        if (await take.ExecuteScalarAsync(ct) is not true) return false;
        await work();
        return true;
    }
}
