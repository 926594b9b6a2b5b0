using Npgsql;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>What a change of limits takes with it: whoever decides on the old ones is told to read again.</summary>
internal sealed class LimitsChanged(KeyIndex keys, RedisBus bus)
{
    /// <summary>Two changes at once: the second starts from what the first left.</summary>
    public static async Task TakeTurnAsync(TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('risk.config ' || $1, 0))", connection);
        command.Parameters.AddWithValue(tenant.ToString());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>In the commit of the change.</summary>
    public static async Task<IReadOnlyList<AccountId>> RaiseVersionsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with mine as (select id from accounts.accounts where deleted_at is null order by id for update)
            update accounts.accounts a set version = a.version + 1 from mine where a.id = mine.id returning a.id
            """, connection);
        List<AccountId> raised = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) raised.Add(new AccountId(row.GetGuid(0)));
        return raised;
    }

    /// <summary>After it.</summary>
    public async Task TellAsync(IReadOnlyList<AccountId> accounts)
    {
        foreach (var account in accounts)
        {
            await keys.ReloadAsync(account);
            bus.Publish(Topics.AccountChanged, account.ToString());
        }
    }
}
