using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Load;

/// <summary>What PostgreSQL has counted of one database.</summary>
/// <param name="Transactions">Committed, those that only read as well.</param>
/// <param name="Commits">Records of a commit in the WAL: transactions that have written.</param>
/// <param name="RowWrites">Rows that were inserted, updated or deleted in tables of ours.</param>
internal sealed record DatabaseCounts(double Transactions, double Commits, double RowWrites, double WalBytes, double Syncs)
{
    public DatabaseCounts Per(double signals) => signals == 0
        ? new DatabaseCounts(0, 0, 0, 0, 0)
        : new DatabaseCounts(Transactions / signals, Commits / signals, RowWrites / signals, WalBytes / signals, Syncs / signals);

    public static async Task<Mark> MarkAsync(Servers servers, string database)
    {
        await using var connection = new NpgsqlConnection(servers.Connection(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""
            select (select xact_commit from pg_stat_database where datname = current_database()),
                   (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables),
                   pg_current_wal_insert_lsn()::text, pg_current_wal_insert_lsn() - '0/0'::pg_lsn, (select wal_sync from pg_stat_wal)
            """, connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new Mark(row.GetInt64(0), (double)row.GetDecimal(1), row.GetString(2), (double)row.GetDecimal(3), row.GetInt64(4));
    }

    public static async Task<DatabaseCounts> SinceAsync(Servers servers, string database, Mark before)
    {
        // A backend tells its numbers once a second, when it rests.
        await Task.Delay(1500);
        var now = await MarkAsync(servers, database);
        return new DatabaseCounts(
            now.Transactions - before.Transactions, await CommitsAsync(servers, before.Lsn, now.Lsn), now.RowWrites - before.RowWrites,
            now.WalBytes - before.WalBytes, now.Syncs - before.Syncs);
    }

    private static async Task<double> CommitsAsync(Servers servers, string from, string to)
    {
        if (from == to) return 0;
        var start = new ProcessStartInfo(WalDump(), ["--stats=record", "-p", servers.WalFolder, "-s", from, "-e", to])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var dump = Process.Start(start) ?? throw new InvalidOperationException("pg_waldump cannot be started.");
        var errors = dump.StandardError.ReadToEndAsync();
        var told = await dump.StandardOutput.ReadToEndAsync();
        await dump.WaitForExitAsync();
        await errors;
        return Regex.Matches(told, @"^Transaction/COMMIT\s+(\d+)", RegexOptions.Multiline, TimeSpan.FromSeconds(5))
            .Sum(line => double.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    private static string WalDump() =>
        Directory.EnumerateFiles("/usr/lib/postgresql", "pg_waldump", SearchOption.AllDirectories).FirstOrDefault() ?? "pg_waldump";

    internal sealed record Mark(double Transactions, double RowWrites, string Lsn, double WalBytes, double Syncs);
}
