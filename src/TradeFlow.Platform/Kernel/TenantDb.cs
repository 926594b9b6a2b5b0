using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Runs a piece of work in one transaction that is bound to the tenant of the request, and to the accounts that its
/// caller sees. The setting is local to the transaction: a pooled
/// connection cannot carry it on. Keep broker calls and waits out of it.
/// </summary>
internal sealed class TenantDb(Database database, TenantContext tenant, DbContextOptions<TradeFlowDb> options)
{
    public async Task<T> RunAsync<T>(Func<TradeFlowDb, Task<T>> work, CancellationToken ct)
    {
        if (!tenant.IsSet) throw new InvalidOperationException("No tenant in this request.");
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await tenant.Wall.SetAsync(connection, ct);
        await using var db = new TradeFlowDb(options, tenant);
        db.Database.SetDbConnection(connection);
        await db.Database.UseTransactionAsync(transaction, ct);
        var result = await work(db);
        await transaction.CommitAsync(ct);
        return result;
    }

    /// <summary>The same for plain SQL.</summary>
    public async Task<T> RunSqlAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken ct)
    {
        if (!tenant.IsSet) throw new InvalidOperationException("No tenant in this request.");
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await tenant.Wall.SetAsync(connection, ct);
        var result = await work(connection);
        await transaction.CommitAsync(ct);
        return result;
    }
}
