using Npgsql;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Accounts;

/// <summary>Deleted ones are among them: their history is still to be seen.</summary>
internal sealed class OwnAccounts : IOwnAccounts
{
    public async Task<bool> AreAllAsync(IReadOnlyCollection<Guid> accounts, NpgsqlConnection connection, CancellationToken ct)
    {
        var wanted = accounts.Distinct().ToArray();
        await using var command = new NpgsqlCommand("select count(*) from accounts.accounts where id = any ($1)", connection);
        command.Parameters.AddWithValue(wanted);
        return await command.ExecuteScalarAsync(ct) is long found && found == wanted.Length;
    }
}
