using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// A piece of a member's transaction that is about the tenant as a whole, whichever accounts the member sees: plans and their limits count all of them.
/// Nothing that it reads may be shown, other than as the limit's own count.
/// </summary>
internal static class WholeTenant
{
    public static async Task<T> RunAsync<T>(NpgsqlConnection connection, Func<Task<T>> work, CancellationToken ct)
    {
        var seen = await SetAsync("", connection, ct);
        var result = await work();
        // Where it throws, the transaction is over and the setting with it.
        if (seen.Length > 0) await SetAsync(seen, connection, ct);
        return result;
    }

    /// <returns>What it was.</returns>
    private static async Task<string> SetAsync(string accounts, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "with before as materialized (select coalesce(current_setting('app.accounts', true), '') as accounts) " +
            "select accounts, set_config('app.accounts', $1, true) from before", connection);
        command.Parameters.AddWithValue(accounts);
        return await command.ExecuteScalarAsync(ct) as string ?? "";
    }
}
