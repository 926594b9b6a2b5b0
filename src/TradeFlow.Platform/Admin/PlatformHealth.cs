using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Admin;

/// <summary>How the platform is, on one page.</summary>
internal static class PlatformHealth
{
    // A lane is taken within its lease and a second; an order that has waited longer waits for nobody.
    private const string StalledAfter = "15 seconds";

    /// <param name="Api">Of this replica: <c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
    /// <param name="Redis"><c>healthy</c>, or <c>away</c>: then everybody polls, which is slower and not wrong.</param>
    /// <param name="UnknownOrders">Sent, and what became of them is not known yet.</param>
    /// <param name="NeedsReview">Orders that a person must decide.</param>
    /// <param name="StalledLanes">Accounts with an order that waits although no Worker runs their lane.</param>
    internal sealed record View(
        string Api, string Postgres, string Redis, IReadOnlyList<Check> Checks, IReadOnlyList<Worker> Workers, Queues Queues,
        int UnknownOrders, int NeedsReview, IReadOnlyList<StalledLane> StalledLanes, IReadOnlyList<Plugin> Plugins,
        IReadOnlyList<Feed> Feeds, DateTimeOffset At);

    internal sealed record Check(string Name, string Status, string? Words);

    /// <param name="Lanes">Accounts whose orders it runs.</param>
    internal sealed record Worker(string Name, int Lanes, DateTimeOffset StartedAt);

    /// <param name="Pending">Orders that wait for their turn.</param>
    /// <param name="OldestPendingSeconds">How long the oldest of them has waited.</param>
    /// <param name="Messages">Mails and messages to people that are still to be sent.</param>
    internal sealed record Queues(int Pending, int Sending, decimal? OldestPendingSeconds, int Messages);

    internal sealed record StalledLane(Guid AccountId, Guid TenantId, string Broker, int Waiting, DateTimeOffset Since);

    internal sealed record Plugin(string Broker, string Version, string State, string? Reason);

    /// <param name="Problem">Why the last attempt to read it failed; <c>null</c> when it did not.</param>
    internal sealed record Feed(string Source, DateTimeOffset FetchedAt, string? Problem);

    internal static async Task<Ok<View>> Get(
        Database database, RedisBus redis, HealthCheckService checks, PluginCatalogue plugins, TimeProvider clock, CancellationToken ct)
    {
        var report = await checks.CheckHealthAsync(ct);
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("""
                    select m.host || ':' || m.port, m.started_at, (select count(*) from trading.lanes l where l.holder = format('%s:%s@%s', m.address, m.port, m.generation))::int
                    from orleans.members m where m.status = 3 and m.alive_at > clock_timestamp() - interval '30 seconds' order by m.started_at, m.host, m.port
                    """),
                new("""
                    select count(*) filter (where status = 'PENDING')::int, count(*) filter (where status = 'SENDING')::int, count(*) filter (where status = 'UNKNOWN')::int,
                           count(*) filter (where needs_review)::int, extract(epoch from clock_timestamp() - min(created_at) filter (where status = 'PENDING'))::numeric(12, 1)
                    from trading.orders where status in ('PENDING', 'SENDING', 'UNKNOWN')
                    """),
                new("select count(*)::int from outgoing.messages where due_at is not null"),
                new($"""
                    select o.account_id, o.tenant_id, min(o.broker), count(*)::int, min(o.created_at) from trading.orders o
                    where o.status = 'PENDING' and o.created_at < clock_timestamp() - interval '{StalledAfter}'
                      and not exists (select from trading.lanes l join orleans.members m on l.holder = format('%s:%s@%s', m.address, m.port, m.generation)
                                      where l.account_id = o.account_id and m.status = 3)
                    group by o.account_id, o.tenant_id order by min(o.created_at) limit 100
                    """),
                new("select source, fetched_at, problem from risk.calendar_sources order by source"),
            },
        };
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var workers = await ReadAsync(rows, row => new Worker(row.GetString(0), row.GetInt32(2), row.GetFieldValue<DateTimeOffset>(1)), ct);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var (pending, sending, unknown, review, oldest) = (rows.GetInt32(0), rows.GetInt32(1), rows.GetInt32(2), rows.GetInt32(3),
            rows.DecimalOrNull(4));
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var messages = rows.GetInt32(0);
        await rows.NextResultAsync(ct);
        var stalled = await ReadAsync(rows, row => new StalledLane(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetInt32(3),
            row.GetFieldValue<DateTimeOffset>(4)), ct);
        await rows.NextResultAsync(ct);
        var feeds = await ReadAsync(rows, row => new Feed(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.TextOrNull(2)), ct);
        return TypedResults.Ok(new View(
            Named(report.Status), "healthy", redis.IsConnected ? "healthy" : "away",
            [.. report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new Check(entry.Key, Named(entry.Value.Status), entry.Value.Description))], workers,
            new Queues(pending, sending, oldest, messages), unknown, review, stalled, [.. plugins.All.Select(entry => new Plugin(entry.Slug,
                entry.Manifest.Version, entry.State.ToString().ToLowerInvariant(), entry.Reason))], feeds, clock.GetUtcNow()));
    }

    private static string Named(HealthStatus status) => status.ToString().ToLowerInvariant();

    private static async Task<List<T>> ReadAsync<T>(NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        List<T> found = [];
        while (await rows.ReadAsync(ct)) found.Add(read(rows));
        return found;
    }
}
