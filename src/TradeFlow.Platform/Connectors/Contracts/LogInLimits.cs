using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>A broker's login as everybody types it, whatever the password.</summary>
/// <param name="Broker">The slug, not an alias.</param>
/// <param name="Login"><c>null</c> where the broker's form has none.</param>
internal readonly record struct BrokerLogin(string Broker, string? Login, string? Server)
{
    /// <summary>The same for everything that a broker is likely to take for the same.</summary>
    public BrokerLogin Normalized => new(Broker, Fold(Login), Fold(Server) ?? "");

    private static string? Fold(string? text) => text?.Trim().ToLowerInvariant();
}

/// <summary>
/// Holds back log-ins at brokers, so that nobody guesses passwords through us: <c>RateLimits:BrokerLogIn</c> failed ones a minute (5) of a
/// tenant, and of a login. Counted in PostgreSQL, for all replicas together.
/// </summary>
internal sealed class LogInLimits(Database database, KeyRing keys, IConfiguration configuration, TimeProvider clock)
{
    private const int MostWaiting = 32;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);
    private readonly byte[] pepper = keys.Derive("log-in-attempt");
    private readonly int aMinute = configuration.GetValue("RateLimits:BrokerLogIn", 5) is > 0 and var set
        ? set
        : throw new InvalidOperationException("RateLimits:BrokerLogIn must be a whole number above 0.");
    private int waiting;

    /// <summary>Waits for those that are under way: one that succeeds makes room again.</summary>
    /// <param name="isHolder">The tenant has an account behind this login: strangers do not hold it back.</param>
    /// <returns>The attempt, whose end is to be told, or how long to wait.</returns>
    public async Task<(Guid Attempt, TimeSpan? Wait)> TakeAsync(TenantId tenant, BrokerLogin login, bool isHolder, CancellationToken ct)
    {
        var (attempt, hash) = (NewId.At(clock), HashOf(login.Normalized));
        var (wait, isOpen) = await TryAsync(attempt, tenant, hash, isHolder, ct);
        if (wait is null || !isOpen) return (attempt, wait);
        try
        {
            if (Interlocked.Increment(ref waiting) > MostWaiting) return (attempt, wait);
            for (var pause = ShortestPause; wait is not null && isOpen && pause <= LongestPause; pause *= 2)
            {
                await Task.Delay(pause, clock, ct);
                (wait, isOpen) = await TryAsync(attempt, tenant, hash, isHolder, ct);
            }
            return (attempt, wait);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>It has succeeded: whoever knows the password guesses nothing.</summary>
    public Task SucceededAsync(Guid attempt, CancellationToken ct) =>
        ExecuteAsync("delete from connectors.log_in_attempts where id = $1", attempt, ct);

    /// <summary>It counts.</summary>
    public Task FailedAsync(Guid attempt, CancellationToken ct) =>
        ExecuteAsync("update connectors.log_in_attempts set ended_at = clock_timestamp() where id = $1", attempt, ct);

    private async Task<(TimeSpan? Wait, bool IsOpen)> TryAsync(
        Guid attempt, TenantId tenant, byte[]? login, bool isHolder, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select wait, is_open from connectors.take_log_in($1, $2, $3, $4, $5)");
        command.Parameters.AddWithValue(attempt);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.Add(NpgsqlDbType.Bytea, login);
        command.Parameters.AddWithValue(isHolder);
        command.Parameters.AddWithValue(aMinute);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.IsDBNull(0) ? null : row.GetTimeSpan(0), row.GetBoolean(1));
    }

    private async Task ExecuteAsync(string sql, Guid attempt, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(sql);
        command.Parameters.AddWithValue(attempt);
        await command.ExecuteNonQueryAsync(ct);
    }

    private byte[]? HashOf(BrokerLogin login)
    {
        if (login.Login is not { Length: > 0 } name) return null;
        // As JSON, in which no value can be mistaken for the end of another.
        string[] parts = [login.Broker, name, login.Server ?? ""];
        return HMACSHA256.HashData(pepper, JsonSerializer.SerializeToUtf8Bytes(parts, ConnectorsJson.Default.StringArray));
    }
}
