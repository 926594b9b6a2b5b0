using Microsoft.Extensions.Logging;
using Npgsql;
using Stripe;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>
/// Ends the subscriptions of tenants that are about to go: with the period that is paid while that can be taken back, at once when it is
/// their time. The tables say what is to be done, so that nothing is forgotten when Stripe is away.
/// </summary>
internal sealed partial class LeavingSubscriptions(
    Database database, StripeOptions options, StripeApi stripe, TimeProvider clock, Supervisor supervisor,
    ILogger<LeavingSubscriptions> log)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private sealed record Due(string Id, bool IsLeaving, bool IsTime);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        options.IsConfigured ? [("subscriptions of tenants that go", LookAsync)] : [];

    private async Task LookAsync(CancellationToken ct)
    {
        while (true)
        {
            await RunOnceAsync(ct);
            await Task.Delay(Look, clock, ct);
        }
    }

    /// <returns>How many were told to Stripe.</returns>
    internal async Task<int> RunOnceAsync(CancellationToken ct)
    {
        var told = 0;
        foreach (var due in await DueAsync(ct))
        {
            // Stripe takes the same wish again: two replicas at once do no harm.
            var result = due.IsTime
                ? await stripe.CancelSubscriptionAsync(due.Id, ct)
                : await stripe.EndWithPeriodAsync(due.Id, due.IsLeaving, ct);
            if (result is StripeResult<Subscription>.Unavailable) continue;
            if (result is StripeResult<Subscription>.Refused refused) LogRefused(due.Id, refused.Status, refused.Code);
            await NoteAsync(due, ct);
            told++;
        }
        return told;
    }

    private async Task<List<Due>> DueAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select s.id, t.deletes_at is not null, coalesce(t.deletes_at <= $1, false)
            from billing.subscriptions s join tenancy.tenants t on t.id = s.tenant_id
            where s.status in ('active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete')
                and case when t.deletes_at is null then s.ended_by_deletion
                    else t.deletes_at <= $1 or not (s.cancel_at_period_end or s.ended_by_deletion) end
            limit 100
            """);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        List<Due> due = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) due.Add(new Due(row.GetString(0), row.GetBoolean(1), row.GetBoolean(2)));
        return due;
    }

    // What it is from now on is fetched, as after an event.
    private async Task NoteAsync(Due due, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update billing.subscriptions set ended_by_deletion = $2, status = case when $3 then 'canceled' else status end,
                wanted = wanted + 1, due_at = now(), attempts = 0
            where id = $1
            """);
        command.Parameters.AddWithValue(due.Id);
        command.Parameters.AddWithValue(due.IsLeaving);
        command.Parameters.AddWithValue(due.IsTime);
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(5311, LogLevel.Error,
        "Subscription {Subscription} of a tenant that goes could not be ended: Stripe says {Status} {Code}")]
    private partial void LogRefused(string subscription, int status, string? code);
}
