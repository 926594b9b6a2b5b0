using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Failures;

/// <summary>
/// Tells a tenant of each signal that failed after its sender had been answered (<c>order.failed</c>): once, and an exit loudly. What has
/// to be told stands in the orders, so that no process has to outlive it; the note that it is told commits together with the notification.
/// </summary>
internal sealed class FailureNotices(Database database, Notifications notices, OrderNews news, Supervisor supervisor)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    // A sender's answer may be noted a moment after it was given.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);
    private readonly Wake failed = new();

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("failure notices", KeepTellingAsync)];

    // Nothing is lost when it fails: it is still noted as untold.
    private async Task KeepTellingAsync(CancellationToken ct)
    {
        news.Told += Hear;
        try
        {
            while (true)
            {
                while (await TellAsync(ct) > 0) { }
                await failed.WaitAsync(Look, ct);
            }
        }
        finally
        {
            news.Told -= Hear;
        }
    }

    private void Hear(OrderView order)
    {
        if (order.RejectCode is not null) failed.Ring();
    }

    public override void Dispose()
    {
        failed.Dispose();
        base.Dispose();
    }

    private async Task<int> TellAsync(CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var failures = await TakeAsync(connection, ct);
        foreach (var failure in failures)
        {
            var severity = failure.IsExit ? Notifications.Critical : Notifications.Warning;
            await notices.AddAsync(failure.Tenant, severity, "order.failed", failure.Text, failure.DataJson, connection, ct);
        }
        await transaction.CommitAsync(ct);
        return failures.Count;
    }

    private static async Task<List<Failure>> TakeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select * from trading.take_untold($1, $2)", connection);
        command.Parameters.AddWithValue(OrderAnswers.SignalPatience + Margin);
        command.Parameters.AddWithValue(OrderAnswers.PersonPatience + Margin);
        List<Failure> failures = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            failures.Add(new Failure
            {
                Tenant = new TenantId(rows.GetGuid(0)),
                Account = rows.GetGuid(1),
                Signal = rows.GetGuid(2),
                Order = rows.GetGuid(3),
                Webhook = rows.GuidOrNull(4),
                Action = rows.GetString(5),
                Symbol = rows.GetString(6),
                Side = rows.TextOrNull(7),
                Code = rows.TextOrNull(8),
                Words = rows.TextOrNull(9),
                AccountName = rows.GetString(10),
            });
        return failures;
    }

    private sealed record Failure
    {
        public required TenantId Tenant { get; init; }
        public required Guid Account { get; init; }

        /// <summary>The signal's own order; <see cref="Order"/> is the one of its orders that failed first.</summary>
        public required Guid Signal { get; init; }
        public required Guid Order { get; init; }
        public required Guid? Webhook { get; init; }
        public required string Action { get; init; }
        public required string Symbol { get; init; }
        public required string? Side { get; init; }
        public required string? Code { get; init; }
        public required string? Words { get; init; }
        public required string AccountName { get; init; }

        public bool IsExit => Action is not ("open" or "reverse");

        public string Text
        {
            get
            {
                var verb = Action == "open" ? Side?.ToLowerInvariant() ?? Action : Action;
                var what = Symbol.Length == 0 ? verb : $"{verb} {Symbol}";
                return $"Your {(IsExit ? "exit" : "entry")} ({what}) on {AccountName} failed: {Words ?? Code ?? "no reason was given."}";
            }
        }

        public string DataJson =>
            JsonSerializer.Serialize(new FailureData(Signal, Order, Account, Webhook, Code), FailureJson.Default.FailureData);
    }
}

/// <summary>What a screen can follow from the notification.</summary>
internal sealed record FailureData(Guid OrderId, Guid FailedOrderId, Guid AccountId, Guid? WebhookId, string? Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FailureData))]
internal sealed partial class FailureJson : JsonSerializerContext;
