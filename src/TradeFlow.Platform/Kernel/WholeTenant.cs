using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// A piece of a member's transaction that is about the tenant as a whole, whichever accounts the member sees: plans and their limits count
/// all of them. Nothing that it reads may be shown, other than as the limit's own count.
/// </summary>
internal static class WholeTenant
{
    /// <param name="wall">Of the transaction.</param>
    public static async Task<T> RunAsync<T>(Wall wall, NpgsqlConnection connection, Func<Task<T>> work, CancellationToken ct)
    {
        if (wall.Accounts.IsAll) return await work();
        await Wall.Around(wall.Tenant).SetAsync(connection, ct);
        var result = await work();
        // Where it throws, the transaction is over and the setting with it.
        await wall.SetAsync(connection, ct);
        return result;
    }
}
