using Microsoft.Extensions.Logging;
using Npgsql;
using Stripe;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Events;

/// <summary>
/// For events that never came: at the start and every ten minutes asks for the events since the newest one that we have, and lists the
/// subscriptions of customers who were not looked at for a day. One replica at a time, and a bounded number of calls.
/// </summary>
internal sealed partial class CatchUp(
    Database database, SoleProcess sole, StripeOptions options, StripeApi stripe, SubscriptionInbox inbox, TimeProvider clock,
    Supervisor supervisor, ILogger<CatchUp> log) : SupervisedService(supervisor)
{
    private const long LockKey = 0x7472616465737470;
    private const int MostPages = 10;
    private const int MostCustomers = 200;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromDays(29);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        options.IsConfigured ? [("lost events of Stripe", LookAsync)] : [];

    private async Task LookAsync(CancellationToken ct)
    {
        while (true)
        {
            await RunOnceAsync(ct);
            await Task.Delay(Every, clock, ct);
        }
    }

    internal async Task RunOnceAsync(CancellationToken ct)
    {
        if (await sole.RunAsync(LockKey, () => AskAsync(ct), ct)) inbox.Wake();
    }

    private async Task AskAsync(CancellationToken ct)
    {
        await TakeEventsAsync(ct);
        foreach (var (tenant, customer) in await CustomersAsync(ct)) await ListAsync(tenant, customer, ct);
    }

    private async Task TakeEventsAsync(CancellationToken ct)
    {
        DateTimeOffset? newest;
        await using (var command = database.System.CreateCommand("select max(created) from billing.stripe_events"))
            newest = await command.ExecuteScalarAsync(ct) is DateTime created ? new DateTimeOffset(created) : null;
        var now = clock.GetUtcNow();
        var since = (newest ?? now - Overlap) - Overlap;
        if (since < now - LongestAbsence) since = now - LongestAbsence;
        string? last = null;
        for (var page = 0; page < MostPages; page++)
        {
            if (await stripe.ListEventsAsync(StripeEvent.Types, since, last,
                ct) is not StripeResult<StripeEventPage>.Done { Value: var list })
                return;
            foreach (var told in list.Events.Where(told => told.IsOurs && (options.IsLive is null || options.IsLive == told.IsLive)))
                if (await ReceiveStripeEvent.StoreAsync(database, told, "taken", ct)) LogMissed(told.Id, told.Type);
            if ((last = list.Next) is null) return;
        }
    }

    private async Task<List<(Guid Tenant, string Customer)>> CustomersAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select tenant_id, stripe_customer_id from billing.billing_status where stripe_customer_id is not null and (reread_at is null or reread_at < $1)
            order by reread_at nulls first limit $2
            """);
        command.Parameters.AddWithValue(clock.GetUtcNow() - TimeSpan.FromDays(1));
        command.Parameters.AddWithValue(MostCustomers);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<(Guid, string)> customers = [];
        while (await reader.ReadAsync(ct)) customers.Add((reader.GetGuid(0), reader.GetString(1)));
        return customers;
    }

    private async Task ListAsync(Guid tenant, string customer, CancellationToken ct)
    {
        if (await stripe.ListSubscriptionsAsync(customer, ct) is not StripeResult<StripeList<Subscription>>.Done { Value.Data: { } list })
            return;
        foreach (var subscription in list.Select(one => one.Id).OfType<string>())
        {
            await using var want = database.System.CreateCommand("select billing.want($1, $2, $3)");
            want.Parameters.AddWithValue(subscription);
            want.Parameters.AddWithValue(customer);
            want.Parameters.AddWithValue(tenant);
            await want.ExecuteNonQueryAsync(ct);
        }
        await using var done = database.System.CreateCommand("update billing.billing_status set reread_at = $2 where tenant_id = $1");
        done.Parameters.AddWithValue(tenant);
        done.Parameters.AddWithValue(clock.GetUtcNow());
        await done.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(5402, LogLevel.Warning, "Stripe event {Event} ({Type}) had not come: taken from the list")]
    private partial void LogMissed(string @event, string type);
}
