using System.Globalization;
using System.Text;
using Npgsql;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Load;

/// <summary>Where the time of PostgreSQL goes, statement by statement.</summary>
internal static class Profile
{
    public static Task ResetAsync(Servers servers, string database) =>
        RunAsync(servers, database, "create extension if not exists pg_stat_statements; select pg_stat_statements_reset()");

    public static async Task WriteAsync(Servers servers, string database, string folder)
    {
        Directory.CreateDirectory(folder);
        await using var connection = new NpgsqlConnection(servers.Connection(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "select calls, total_exec_time, rows, left(regexp_replace(query, '\\s+', ' ', 'g'), 140) from pg_stat_statements order by 2 desc limit 40", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var text = new StringBuilder("| calls | ms in all | rows | statement |\n| --: | --: | --: | --- |\n");
        while (await rows.ReadAsync())
            text.Append(CultureInfo.InvariantCulture, $"| {rows.GetInt64(0)} | {rows.GetDouble(1):0} | {rows.GetInt64(2)} | {rows.GetString(3).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        await File.WriteAllTextAsync(Path.Combine(folder, $"statements-{database}.md"), text.ToString());
    }

    private static async Task RunAsync(Servers servers, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Connection(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
