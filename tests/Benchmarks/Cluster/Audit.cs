using System.Globalization;
using Npgsql;
using TradeFlow.Benchmarks.Load;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>An order of the product, as it stands in PostgreSQL.</summary>
internal sealed record Recorded(
    Guid Account, string Broker, string Action, string ClientId, string Status, string? Code, DateTimeOffset ValidUntil,
    DateTimeOffset? AnsweredAt, long Twins);

/// <summary>
/// Compares what the sender was told, what stands in PostgreSQL and what the stand-in has written down. A signal that was answered with 200
/// or 202 is one order; one that is filled came to the broker once, any other never.
/// </summary>
internal sealed class Audit
{
    private readonly Dictionary<string, Recorded> orders;

    private Audit(IReadOnlyList<Sent> sent, Dictionary<string, Recorded> orders, IReadOnlyList<BrokerOrder> broker)
    {
        (Sent, this.orders) = (sent, orders);
        var atBroker = broker.GroupBy(order => order.ClientId).ToDictionary(one => one.Key, one => one.Count(), StringComparer.Ordinal);
        Answered = sent.Count(one => one.Status is 200 or 202);
        foreach (var one in sent)
        {
            if (!orders.TryGetValue(one.Id, out var order))
            {
                if (one.Status is 200 or 202) Lost++;
                continue;
            }
            if (order.Twins > 1) Doubled++;
            if (order.Status is "PENDING" or "SENDING" or "UNKNOWN") Open++;
            if (order.Broker != "bench") continue;
            switch (order.Status, atBroker.GetValueOrDefault(order.ClientId))
            {
                case (_, > 1): Doubled++; break;
                case ("FILLED", 0): Lost++; break;
                case (not "FILLED", 1): Wrong++; break;
                default: break;
            }
        }
    }

    public IReadOnlyList<Sent> Sent { get; }
    public int Answered { get; }

    /// <summary>Answered and not there, or filled here and never at the broker.</summary>
    public int Lost { get; }

    /// <summary>Two orders of one signal, or one that came to the broker twice.</summary>
    public int Doubled { get; }

    /// <summary>At the broker, and not known here as filled.</summary>
    public int Wrong { get; }

    /// <summary>Without an end.</summary>
    public int Open { get; }

    public bool IsRight => Lost + Doubled + Wrong + Open == 0;

    public string Words => string.Create(CultureInfo.InvariantCulture,
        $"{Sent.Count} sent, {Answered} answered ({string.Join(", ", Ends)}); {Doubled} doubled, {Lost} lost, {Wrong} wrongly not placed, {Open} open");

    private IEnumerable<string> Ends => orders.Values.GroupBy(order => order.Code is { } code ? $"{order.Status} {code}" : order.Status)
        .OrderByDescending(one => one.Count()).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Count()} {one.Key}"));

    public Recorded? OrderOf(Sent one) => orders.GetValueOrDefault(one.Id);

    public static async Task<Audit> ReadAsync(NpgsqlDataSource database, BrokerRecord broker, IReadOnlyList<Sent> sent)
    {
        // What is looked for settles within seconds; what does not in this time is reported.
        for (var tries = 0; tries < 150 && await OpenAsync(database) > 0; tries++) await Task.Delay(400);
        await using var command = database.CreateCommand("""
            with twins as (select webhook_id, count(*) as twins from trading.orders where parent_id is null group by webhook_id)
            select substr(d.dedupe_key, 4), o.account_id, o.broker, o.action, o.client_order_id, o.status, o.reject_code, o.valid_until, o.answered_at,
                   coalesce(t.twins, 1)
            from alerts.dedupe d join trading.orders o on o.id = d.order_id left join twins t on t.webhook_id = o.webhook_id where d.dedupe_key = any ($1)
            """);
        command.Parameters.AddWithValue(sent.Select(one => $"id:{one.Id}").ToArray());
        Dictionary<string, Recorded> orders = new(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            orders.Add(rows.GetString(0), new Recorded(
                rows.GetGuid(1), rows.GetString(2), rows.GetString(3),
                rows.GetString(4), rows.GetString(5), rows.IsDBNull(6) ? null : rows.GetString(6), rows.GetFieldValue<DateTimeOffset>(7),
                rows.IsDBNull(8) ? null : rows.GetFieldValue<DateTimeOffset>(8), rows.GetInt64(9)));
        }
        return new Audit(sent, orders, await broker.OrdersAsync());
    }

    private static async Task<long> OpenAsync(NpgsqlDataSource database)
    {
        await using var command =
            database.CreateCommand("select count(*) from trading.orders where status in ('PENDING', 'SENDING', 'UNKNOWN')");
        return (long)(await command.ExecuteScalarAsync())!; // a count is never null
    }
}
