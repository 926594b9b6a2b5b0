using Npgsql;
using Stripe;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>The one customer at Stripe of the caller's tenant, made before its first Checkout, so that two tabs cannot make two.</summary>
internal sealed class CustomerOfTenant(StripeApi stripe, StripeCalls calls, TenantDb db, TenantContext tenant, TimeProvider clock)
{
    // Another tab may have made it since we looked.
    private static readonly TimeSpan SameCustomer = TimeSpan.FromMinutes(10);

    public Task<string?> FindAsync(CancellationToken ct) => db.RunSqlAsync(connection => ReadAsync(connection, ct), ct);

    /// <returns>The customer, or what Stripe said instead.</returns>
    public async Task<(string? Customer, StripeResult<Customer>? Instead)> GetAsync(CancellationToken ct)
    {
        if (await FindAsync(ct) is { } known) return (known, null);
        var (email, name) = await db.RunSqlAsync(connection => PersonAsync(connection, ct), ct);
        var call = await calls.OpenAsync(tenant, StripeCalls.Customer, StripeCalls.Customer, clock.GetUtcNow() - SameCustomer,
            () => new CustomerCreateOptions { Email = email, Name = name,
                Metadata = new() { ["tenant_id"] = tenant.Tenant.ToString(), ["user_id"] = tenant.User.ToString() } }, ct);
        if (call.ResultId is { } found) return (found, null);
        var result = await stripe.CreateCustomerAsync(call, ct);
        var made = result is StripeResult<Customer>.Done { Value.Id: { Length: > 0 } id } ? id : null;
        if (made is null && result is not StripeResult<Customer>.Refused) return (null, result is StripeResult<Customer>.Done
            ? new StripeResult<Customer>.Unavailable("a customer without an id") : result);
        var customer = await db.RunSqlAsync(async connection =>
        {
            await StripeCalls.CloseAsync(call, made is null ? "refused" : "done", made, null, connection, ct);
            if (made is null) return null;
            await using (var store = new NpgsqlCommand(
                "update billing.billing_status set stripe_customer_id = $1 where stripe_customer_id is null", connection))
            {
                store.Parameters.AddWithValue(made);
                await store.ExecuteNonQueryAsync(ct);
            }
            return await ReadAsync(connection, ct);
        }, ct);
        return (customer, customer is null ? result : null);
    }

    private static async Task<string?> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select stripe_customer_id from billing.billing_status", connection);
        return await command.ExecuteScalarAsync(ct) as string;
    }

    private async Task<(string Email, string Name)> PersonAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select email, name from tenancy.users where id = $1", connection);
        command.Parameters.AddWithValue(tenant.User.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetString(0), reader.GetString(1)) : throw new InvalidOperationException("The caller is no member of their tenant.");
    }
}
