using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>
/// Calls that create something, written down before they are made. While the answer to one is not known, who asks for the same gets the
/// same call again: same key, same options, so Stripe answers what it answered then. Keys live for a day there; an older call is given up.
/// </summary>
internal sealed class StripeCalls(TenantDb db, TimeProvider clock)
{
    public const string Customer = "customer";
    public const string Checkout = "checkout";
    private static readonly TimeSpan KeyLives = TimeSpan.FromHours(23);

    /// <summary>
    /// The open call for this purpose, or one that was made after <paramref name="since"/> and answered (it has a result), or a new one.
    /// </summary>
    public Task<StripeCall> OpenAsync(
        TenantContext tenant, string kind, string purpose, DateTimeOffset since, Func<BaseOptions> options, CancellationToken ct) =>
        db.RunSqlAsync(async connection =>
        {
            // One at a time per tenant, so that of two tabs the second finds what the first has done.
            await using (var turn = new NpgsqlCommand("select 1 from billing.billing_status for update", connection))
                await turn.ExecuteNonQueryAsync(ct);
            var (hash, now) = (HashOf(purpose), clock.GetUtcNow());
            await GiveUpOldAsync(kind, hash, now - KeyLives, connection, ct);
            return await ReadAsync("kind = $1 and purpose = $2 and (state = 'open' or (state = 'done' and created_at > $3))", kind, hash,
                since, connection, ct) ?? await AddAsync(tenant, kind, hash, StripeCall.Write(options()), now, connection, ct);
        }, ct);

    /// <summary>The newest answered call of the kind for another purpose, if it was made after <paramref name="since"/>.</summary>
    public Task<StripeCall?> FindOtherAsync(string kind, string purpose, DateTimeOffset since, CancellationToken ct) =>
        db.RunSqlAsync(connection =>
            ReadAsync("kind = $1 and purpose <> $2 and state = 'done' and created_at > $3", kind, HashOf(purpose), since, connection, ct),
            ct);

    public static async Task CloseAsync(
        StripeCall call, string state, string? resultId, string? resultUrl, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update billing.stripe_calls set state = $2, result_id = $3, result_url = $4 where id = $1", connection);
        command.Parameters.AddWithValue(call.Id);
        command.Parameters.AddWithValue(state);
        command.Parameters.AddText(resultId);
        command.Parameters.AddText(resultUrl);
        await command.ExecuteNonQueryAsync(ct);
    }

    // Also those that an earlier release wrote as the body itself: their answers never came, so nobody has the address of what they may
    // have opened.
    private static async Task GiveUpOldAsync(
        string kind, string purpose, DateTimeOffset before, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update billing.stripe_calls set state = 'refused' where kind = $1 and purpose = $2 and state = 'open' and (created_at <= $3 or form not like '{%')
            """, connection);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(purpose);
        command.Parameters.AddWithValue(before);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<StripeCall?> ReadAsync(
        string condition, string kind, string purpose, DateTimeOffset since, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select id, idempotency_key, form, created_at, result_id, result_url from billing.stripe_calls where {condition} order by created_at desc limit 1",
            connection);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(purpose);
        command.Parameters.AddWithValue(since);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new StripeCall(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5))
            : null;
    }

    private async Task<StripeCall> AddAsync(
        TenantContext tenant, string kind, string purpose, string form, DateTimeOffset now, NpgsqlConnection connection,
        CancellationToken ct)
    {
        var id = NewId.At(clock);
        var call = new StripeCall(id, $"{kind}:{tenant.Tenant}:{id}", form, now, null, null);
        await using var add = new NpgsqlCommand(
            "insert into billing.stripe_calls (id, tenant_id, kind, purpose, idempotency_key, form, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
            connection);
        foreach (var value in new object[] { call.Id, tenant.Tenant.Value, kind, purpose, call.Key, call.Form, now })
            add.Parameters.AddWithValue(value);
        await add.ExecuteNonQueryAsync(ct);
        return call;
    }

    private static string HashOf(string purpose) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));
}

/// <param name="Form">The options as JSON.</param>
internal sealed record StripeCall(Guid Id, string Key, string Form, DateTimeOffset CreatedAt, string? ResultId, string? ResultUrl)
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Write(BaseOptions options) => JsonSerializer.Serialize(options, options.GetType(), Json);

    public T Options<T>() where T : BaseOptions =>
        JsonSerializer.Deserialize<T>(Form, Json) ?? throw new InvalidOperationException($"The call {Id} has no options.");
}
