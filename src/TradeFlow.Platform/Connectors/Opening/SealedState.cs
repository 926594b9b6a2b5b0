using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using TradeFlow.BrokerSdk;
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
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > 100) throw new ArgumentException("A key has at most 100 characters.", nameof(key));
        if (value is not null && Encoding.UTF8.GetByteCount(value) > MaxBytes) throw new ArgumentException($"A value has at most {MaxBytes} bytes.", nameof(value));
        try
        {
            await WriteAsync(key, value, ct);
        }
        catch (NpgsqlException e)
        {
            throw Unavailable(e);
        }
    }

    private async Task<string?> ReadAsync(string key, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select sealed from connectors.connector_state where account_id = $1 and key = $2");
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(key);
        return await command.ExecuteScalarAsync(ct) is byte[] box ? secrets.OpenText(box, Owner(key)) : null;
    }

    private async Task WriteAsync(string key, string? value, CancellationToken ct)
    {
        if (value is null)
        {
            await using var remove = database.System.CreateCommand("delete from connectors.connector_state where account_id = $1 and key = $2");
            remove.Parameters.AddWithValue(account.Value);
            remove.Parameters.AddWithValue(key);
            await remove.ExecuteNonQueryAsync(ct);
            return;
        }
        await using var command = database.System.CreateCommand("""
            insert into connectors.connector_state (account_id, key, tenant_id, sealed) values ($1, $2, $3, $4)
            on conflict (account_id, key) do update set sealed = excluded.sealed, updated_at = now()
            """);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(key);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(secrets.Seal(value, Owner(key)));
        await command.ExecuteNonQueryAsync(ct);
    }

    // Our own store is away, which is no fault of the plugin.
    private static ConnectorException Unavailable(NpgsqlException cause) => new(ConnectorErrorKind.Transient, "The account's store cannot be reached.", cause);

    private string Owner(string key) => $"connector_state:{tenant}:{account}:{key}";
}

/// <summary>For a log-in that is only tried: there is no account yet, so nothing is kept.</summary>
internal sealed class PassingState : IConnectorState
{
    private readonly ConcurrentDictionary<string, string> values = new(StringComparer.Ordinal);

    public ValueTask<string?> GetAsync(string key, CancellationToken ct) => ValueTask.FromResult(values.GetValueOrDefault(key));

    public ValueTask SetAsync(string key, string? value, CancellationToken ct)
    {
        if (value is null) values.TryRemove(key, out _);
        else values[key] = value;
        return ValueTask.CompletedTask;
    }
}
