using System.Security.Cryptography;
using System.Text;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>
/// Calls that create something, written down before they are made. While the answer to one is not known, who asks for the same gets the same call again: same key, same body, so Stripe
/// answers what it answered then. Keys live for a day there; an older call is given up.
/// </summary>
internal sealed class StripeCalls(TenantDb db, TimeProvider clock)
{
    public const string Customer = "customer";
    public const string Checkout = "checkout";
    private static readonly TimeSpan KeyLives = TimeSpan.FromHours(23);

    /// <summary>The open call for this purpose, or a new one.</summary>
    public async Task<StripeCall> OpenAsync(TenantContext tenant, string kind, string purpose, Func<string> form, CancellationToken ct)
    {
        var hash = HashOf(purpose);
        while (true)
        {
            if (await db.RunSqlAsync(connection => FindOrAddAsync(tenant, kind, hash, form, connection, ct), ct) is { } call) return call;
        }
    }

    /// <summary>The newest answered call for this purpose, if it is not older than <paramref name="age"/>.</summary>
    public Task<StripeCall?> FindDoneAsync(string kind, string purpose, TimeSpan age, CancellationToken ct) => db.RunSqlAsync(connection =>
        ReadAsync("select id, idempotency_key, form, result_id, result_url from billing.stripe_calls where kind = $1 and purpose = $2 and state = 'done' and created_at > $3 order by created_at desc limit 1",
            [kind, HashOf(purpose), clock.GetUtcNow() - age], connection, ct), ct);

    public static async Task CloseAsync(StripeCall call, string state, string? resultId, string? resultUrl, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("update billing.stripe_calls set state = $2, result_id = $3, result_url = $4 where id = $1", connection);
        command.Parameters.AddWithValue(call.Id);
        command.Parameters.AddWithValue(state);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)resultId ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)resultUrl ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<StripeCall?> FindOrAddAsync(TenantContext tenant, string kind, string purpose, Func<string> form, NpgsqlConnection connection, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using (var old = new NpgsqlCommand("update billing.stripe_calls set state = 'refused' where kind = $1 and purpose = $2 and state = 'open' and created_at <= $3", connection))
        {
            old.Parameters.AddWithValue(kind);
            old.Parameters.AddWithValue(purpose);
            old.Parameters.AddWithValue(now - KeyLives);
            await old.ExecuteNonQueryAsync(ct);
        }
        const string find = "select id, idempotency_key, form, result_id, result_url from billing.stripe_calls where kind = $1 and purpose = $2 and state = 'open'";
        if (await ReadAsync(find, [kind, purpose], connection, ct) is { } open) return open;

        var call = new StripeCall(NewId.At(clock), "", form(), null, null);
        call = call with { Key = $"{kind}:{tenant.Tenant}:{call.Id}" };
        await using var add = new NpgsqlCommand("""
            insert into billing.stripe_calls (id, tenant_id, kind, purpose, idempotency_key, form, created_at) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (tenant_id, kind, purpose) where state = 'open' do nothing
            """, connection);
        foreach (var value in new object[] { call.Id, tenant.Tenant.Value, kind, purpose, call.Key, call.Form, now }) add.Parameters.AddWithValue(value);
        // Somebody else was faster: theirs is found by the next look.
        return await add.ExecuteNonQueryAsync(ct) == 1 ? call : null;
    }

    private static async Task<StripeCall?> ReadAsync(string sql, object[] values, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new StripeCall(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4))
            : null;
    }

    private static string HashOf(string purpose) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));
}

internal sealed record StripeCall(Guid Id, string Key, string Form, string? ResultId, string? ResultUrl);
