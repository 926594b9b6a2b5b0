using System.Globalization;
using System.Text;
using Npgsql;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Load;

/// <summary>Where the time of PostgreSQL goes, statement by statement, and which tables are written.</summary>
internal static class Profile
{
    private const string Written = """
        select n.relid::regclass::text, n.n_tup_ins - b.n_tup_ins, n.n_tup_upd - b.n_tup_upd, n.n_tup_hot_upd - b.n_tup_hot_upd, n.n_tup_del - b.n_tup_del
        from pg_stat_user_tables n join written_before b using (relid)
        where (n.n_tup_ins, n.n_tup_upd, n.n_tup_del) is distinct from (b.n_tup_ins, b.n_tup_upd, b.n_tup_del)
        order by n.n_tup_ins + n.n_tup_upd + n.n_tup_del - b.n_tup_ins - b.n_tup_upd - b.n_tup_del desc
        """;

    public static Task ResetAsync(Servers servers, string database) =>
        RunAsync(servers, database, """
            create extension if not exists pg_stat_statements; select pg_stat_statements_reset();
            drop table if exists written_before;
            create table written_before as select relid, n_tup_ins, n_tup_upd, n_tup_hot_upd, n_tup_del from pg_stat_user_tables
            """);

    public static async Task WriteAsync(Servers servers, string database, string folder)
    {
        Directory.CreateDirectory(folder);
        await using var connection = new NpgsqlConnection(servers.Connection(database));
        await connection.OpenAsync();
        // A backend tells its numbers once a second, when it rests.
        await Task.Delay(1500);
        await using var command = new NpgsqlCommand(
            "select calls, total_exec_time, rows, left(regexp_replace(query, '\\s+', ' ', 'g'), 140) from pg_stat_statements order by 2 desc limit 40",
            connection);
        var text = new StringBuilder("| calls | ms in all | rows | statement |\n| --: | --: | --: | --- |\n");
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
                text.Append(CultureInfo.InvariantCulture,
                    $"| {rows.GetInt64(0)} | {rows.GetDouble(1):0} | {rows.GetInt64(2)} | {rows.GetString(3).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        await using var tables = new NpgsqlCommand(Written, connection);
        await using var written = await tables.ExecuteReaderAsync();
        text.Append("\n| table | inserted | updated | of them in place | deleted |\n| --- | --: | --: | --: | --: |\n");
        while (await written.ReadAsync())
            text.Append(CultureInfo.InvariantCulture,
                $"| {written.GetString(0)} | {written.GetInt64(1)} | {written.GetInt64(2)} | {written.GetInt64(3)} | {written.GetInt64(4)} |\n");
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
