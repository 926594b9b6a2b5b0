using System.Text;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>The small store of one account, sealed for exactly this account and key.</summary>
internal sealed class SealedState(Database database, SecretBox secrets, TenantId tenant, AccountId account) : IConnectorState
{
    internal const int MaxBytes = 16 * 1024;

    public async ValueTask<string?> GetAsync(string key, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(key, ct);
        }
        catch (NpgsqlException e)
        {
            throw Unavailable(e);
        }
    }

    public async ValueTask SetAsync(string key, string? value, CancellationToken ct)
    {
        Check(key, value);
        try
        {
            await WriteAsync(key, value, ct);
        }
        catch (NpgsqlException e)
        {
            throw Unavailable(e);
        }
    }

    /// <exception cref="ArgumentException">The plugin stores what no account may store.</exception>
    internal static void Check(string key, string? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > 100) throw new ArgumentException("A key has at most 100 characters.", nameof(key));
        if (value is not null && Encoding.UTF8.GetByteCount(value) > MaxBytes)
            throw new ArgumentException($"A value has at most {MaxBytes} bytes.", nameof(value));
    }

    private async Task<string?> ReadAsync(string key, CancellationToken ct)
    {
        await using var command =
            database.System.CreateCommand("select sealed from connectors.connector_state where account_id = $1 and key = $2");
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(key);
        return await command.ExecuteScalarAsync(ct) is byte[] box
            ? secrets.OpenText(tenant, box, StoredState.OwnerOf(tenant, account, key)) : null;
    }

    private async Task WriteAsync(string key, string? value, CancellationToken ct)
    {
        if (value is null)
        {
            await using var remove =
                database.System.CreateCommand("delete from connectors.connector_state where account_id = $1 and key = $2");
            remove.Parameters.AddWithValue(account.Value);
            remove.Parameters.AddWithValue(key);
            await remove.ExecuteNonQueryAsync(ct);
            return;
        }
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await StoredState.WriteAsync(connection, secrets, tenant, account,
            new Dictionary<string, string>(StringComparer.Ordinal) { [key] = value }, ct);
    }

    // Our own store is away, which is no fault of the plugin.
    private static ConnectorException Unavailable(NpgsqlException cause) =>
        new(ConnectorErrorKind.Transient, "The account's store cannot be reached.", cause);
}
