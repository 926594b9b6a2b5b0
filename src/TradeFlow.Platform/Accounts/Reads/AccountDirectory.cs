using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Reads;

/// <summary>Accounts of the caller's tenant that the caller sees, for the endpoints of other modules.</summary>
[OpenToModules]
internal sealed class AccountDirectory(Database database)
{
    /// <summary>The account, or <c>null</c> when the caller sees none of that id (or it was deleted).</summary>
    public async Task<AccountContext?> FindAsync(TenantContext tenant, AccountId account, CancellationToken ct)
    {
        var rows = await ReadAsync(tenant.Wall, " and a.id = $1", account.Value, ct);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>All that the caller sees, the oldest first.</summary>
    public Task<IReadOnlyList<AccountContext>> ListAsync(TenantContext tenant, CancellationToken ct) =>
        ReadAsync(tenant.Wall, "", null, ct);

    /// <summary>Accounts of whatever tenant, for a signal that is for all of them. Those that are deleted are left out.</summary>
    public async Task<IReadOnlyDictionary<AccountId, AccountContext>> FindAcrossTenantsAsync(
        IReadOnlyCollection<AccountId> accounts, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            $"select {AccountColumns.Sql} from accounts.accounts a where a.id = any ($1) and a.deleted_at is null");
        command.Parameters.AddWithValue(accounts.Select(account => account.Value).ToArray());
        Dictionary<AccountId, AccountContext> found = [];
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var account = AccountColumns.Read(reader);
            found[account.AccountId] = account;
        }
        return found;
    }

    private async Task<IReadOnlyList<AccountContext>> ReadAsync(Wall wall, string filter, Guid? account, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        // One batch is one transaction: the wall ends with it.
        batch.BatchCommands.Add(wall.Command());
        var select = new NpgsqlBatchCommand(
            $"select {AccountColumns.Sql} from accounts.accounts a where a.deleted_at is null{filter} order by a.created_at");
        if (account is { } id) select.Parameters.Add(new NpgsqlParameter { Value = id });
        batch.BatchCommands.Add(select);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        List<AccountContext> rows = [];
        while (await reader.ReadAsync(ct)) rows.Add(AccountColumns.Read(reader));
        return rows;
    }
}
