using Npgsql;
using Stripe.Checkout;
using TradeFlow.Platform.Billing.Events;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>
/// Whether the caller's tenant has bought already, be it that Stripe's word of it is still on its way: what is bought beside it is paid
/// twice.
/// </summary>
internal sealed class RunningSubscription(StripeApi stripe, SubscriptionInbox inbox, Database database, TenantDb db, TenantContext tenant)
{
    public Task<bool> IsThereAsync(CancellationToken ct) => db.RunSqlAsync(async connection =>
    {
        await using var command = new NpgsqlCommand("select status from billing.subscriptions where status is not null", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            if (reader.GetString(0) is not ("incomplete" or "incomplete_expired") and var status && PlanState.IsRunning(status))
                return true;
        return false;
    }, ct);

    /// <summary>
    /// Looks at a session that was opened before. Paid, and its subscription not fetched yet: it is fetched, and that counts as bought.
    /// Open: with <paramref name="end"/> it cannot be paid any more.
    /// </summary>
    /// <returns>Its state at Stripe, or <c>null</c> when it cannot be seen.</returns>
    public async Task<SessionState?> LookAsync(string session, bool end, CancellationToken ct)
    {
        if (await stripe.GetCheckoutAsync(session, ct) is not StripeResult<Session>.Done { Value: var shown }) return null;
        switch (shown.Status)
        {
            case "open" when end:
                await stripe.ExpireCheckoutAsync(session, ct);
                return SessionState.Over;
            case "open":
                return SessionState.Open;
            case "complete" when shown.SubscriptionId is { } subscription && !await IsFetchedAsync(subscription, ct):
                await WantAsync(subscription, shown.CustomerId, ct);
                return SessionState.JustPaid;
            default:
                return SessionState.Over;
        }
    }

    private Task<bool> IsFetchedAsync(string subscription, CancellationToken ct) => db.RunSqlAsync(async connection =>
    {
        await using var command = new NpgsqlCommand("select 1 from billing.subscriptions where id = $1 and status is not null", connection);
        command.Parameters.AddWithValue(subscription);
        return await command.ExecuteScalarAsync(ct) is not null;
    }, ct);

    // With the system's role: whose it is turns out when it is fetched.
    private async Task WantAsync(string subscription, string? customer, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select billing.want($1, $2, $3)");
        command.Parameters.AddWithValue(subscription);
        command.Parameters.AddText(customer);
        command.Parameters.AddWithValue(tenant.Tenant.Value);
        await command.ExecuteNonQueryAsync(ct);
        inbox.Wake();
    }
}

internal enum SessionState
{
    Open,
    JustPaid,
    Over,
}
