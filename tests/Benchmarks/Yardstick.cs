using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace TradeFlow.Benchmarks;

/// <summary>What a plain service does with a signal, without HTTP: check for a duplicate, write the log, the order and its outcome, each signal in transactions of its own.</summary>
internal static class Yardstick
{
    public static async Task<Measured> RunAsync(string connectionString, int connections, TimeSpan duration)
    {
        await using var database = new NpgsqlDataSourceBuilder(connectionString) { ConnectionStringBuilder = { MaxPoolSize = connections, MaxAutoPrepare = 16 } }.Build();
        await ExecuteAsync(database, "drop schema if exists yardstick cascade; create schema yardstick; create table yardstick.signals (id uuid primary key, dedupe text unique, body text, at timestamptz); create table yardstick.orders (id uuid primary key, signal uuid, status text, at timestamptz, filled timestamptz)");
        ConcurrentBag<double> times = [];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            while (watch.Elapsed < duration)
            {
                var start = Stopwatch.GetTimestamp();
                await OneAsync(database);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }));
        await ExecuteAsync(database, "drop schema yardstick cascade");
        return Measured.From(times, 0, watch.Elapsed);
    }

    private static async Task OneAsync(NpgsqlDataSource database)
    {
        var (signal, order) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var connection = await database.OpenConnectionAsync();
        await using (var record = await connection.BeginTransactionAsync())
        {
            await RunAsync(connection, "insert into yardstick.signals values ($1, $2, $3, now())", signal, signal.ToString(), "{\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":0.01}}");
            await RunAsync(connection, "insert into yardstick.orders values ($1, $2, 'PENDING', now(), null)", order, signal);
            await record.CommitAsync();
        }
        await RunAsync(connection, "update yardstick.orders set status = 'SENDING' where id = $1 and status = 'PENDING'", order);
        await RunAsync(connection, "update yardstick.orders set status = 'FILLED', filled = now() where id = $1", order);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
