using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Stripe;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Events;

/// <summary>
/// Fetches the subscriptions that an event has marked and applies what they are now. One fetch of a subscription at a time, over all
/// replicas (a lease); an event that comes during a fetch leads to another one after it.
/// </summary>
internal sealed partial class SubscriptionInbox(
    Database database, StripeOptions options, StripeApi stripe, PlanChanges changes, Supervisor supervisor, ILogger<SubscriptionInbox> log)
    : SupervisedService(supervisor)
{
    private const int BatchSize = 8;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private readonly Wake wake = new();

    /// <summary>There may be something to do.</summary>
    public void Wake() => wake.Ring();

    // Without a key nothing can be fetched; what has been marked waits for one.
    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        options.IsConfigured ? [("subscriptions", FetchAllAsync)] : [];

    private async Task FetchAllAsync(CancellationToken ct)
    {
        while (true)
        {
            if (await RunOnceAsync(ct) == 0) await wake.WaitAsync(Look, ct);
        }
    }

    /// <returns>How many were fetched.</returns>
    internal async Task<int> RunOnceAsync(CancellationToken ct)
    {
        var due = await ClaimAsync(ct);
        await Task.WhenAll(due.Select(one => FetchAsync(one, ct)));
        return due.Count;
    }

    private async Task FetchAsync(DueSubscription due, CancellationToken ct)
    {
        switch (await stripe.GetSubscriptionAsync(due.Id, ct))
        {
            case StripeResult<Subscription>.Done { Value: var shown }
                when StripeSubscription.Of(shown) is { } subscription && subscription.Id == due.Id
                    && (options.IsLive is null || subscription.IsLive == options.IsLive):
                await changes.ApplyAsync(due, subscription, ct);
                break;
            case StripeResult<Subscription>.Done:
                LogUnreadable(due.Id);
                await PutOffAsync(due, giveUp: false, ct);
                break;
            case StripeResult<Subscription>.Refused refused:
                // It is not ours, or of the other mode: only another event makes it worth asking again.
                LogRefused(due.Id, refused.Status, refused.Code);
                await PutOffAsync(due, giveUp: refused.Status == 404, ct);
                break;
            case StripeResult<Subscription>.Unavailable away:
                LogAway(due.Id, away.Reason);
                await PutOffAsync(due, giveUp: false, ct);
                break;
        }
    }

    private async Task<List<DueSubscription>> ClaimAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update billing.subscriptions set lease = $1, lease_until = now() + interval '2 minutes', attempts = attempts + 1
            where id in (select id from billing.subscriptions where wanted > seen and due_at <= now() and (lease_until is null or lease_until < now())
                order by due_at limit $2 for update skip locked)
            returning id, wanted, tenant_id, named_tenant
            """);
        var lease = Guid.NewGuid();
        command.Parameters.AddWithValue(lease);
        command.Parameters.AddWithValue(BatchSize);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<DueSubscription> due = [];
        while (await reader.ReadAsync(ct))
            due.Add(new DueSubscription(reader.GetString(0), reader.GetInt64(1), lease,
                reader.IsDBNull(2) ? null : new TenantId(reader.GetGuid(2)), reader.IsDBNull(3) ? null : new TenantId(reader.GetGuid(3))));
        return due;
    }

    // 5 s, doubling to an hour.
    private async Task PutOffAsync(DueSubscription due, bool giveUp, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update billing.subscriptions set lease = null, lease_until = null, seen = case when $3 then $4 else seen end,
                due_at = now() + least(interval '5 seconds' * power(2, least(attempts, 12) - 1), interval '1 hour')
            where id = $1 and lease = $2
            """);
        command.Parameters.AddWithValue(due.Id);
        command.Parameters.AddWithValue(due.Lease);
        command.Parameters.AddWithValue(giveUp);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint, Value = due.Wanted });
        await command.ExecuteNonQueryAsync(ct);
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(5202, LogLevel.Error, "What Stripe answered for subscription {Subscription} cannot be read, or is of the other mode")]
    private partial void LogUnreadable(string subscription);

    [LoggerMessage(5203, LogLevel.Error, "Stripe refused to show subscription {Subscription}: {Status} {Code}")]
    private partial void LogRefused(string subscription, int status, string? code);

    [LoggerMessage(5204, LogLevel.Warning, "Subscription {Subscription} could not be fetched: {Reason}")]
    private partial void LogAway(string subscription, string reason);
}
