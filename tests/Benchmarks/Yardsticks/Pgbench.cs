using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace TradeFlow.Benchmarks.Yardsticks;

/// <summary>
/// P: PostgreSQL by itself with the statements of R, prepared, 16 clients that send the next when the last has committed.
/// </summary>
internal static class Pgbench
{
    public static async Task<double> RunAsync(string connection, int accounts, int seconds, string folder)
    {
        var script = Path.Combine(folder, "signal.sql");
        await File.WriteAllTextAsync(script, Script(accounts));
        var at = new NpgsqlConnectionStringBuilder(connection);
        var start = new ProcessStartInfo("pgbench",
        [
            "-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", seconds.ToString(CultureInfo.InvariantCulture), "-f", script,
            "-h", at.Host!, "-p", at.Port.ToString(CultureInfo.InvariantCulture), "-U", at.Username!, at.Database!,
        ]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = at.Password;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("pgbench cannot be started.");
        var errors = process.StandardError.ReadToEndAsync();
        var told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var tps = Regex.Match(told, @"^tps = ([\d.]+)", RegexOptions.Multiline, TimeSpan.FromSeconds(5));
        return tps.Success
            ? double.Parse(tps.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench: {told} {await errors}");
    }

    // What the service passes as values pgbench makes of the number of the account and of ids that it draws.
    private static string Script(int accounts) => $"""
        \set n random(1, {accounts})
        begin;
        select id as account, tenant_id as tenant, gen_random_uuid() as webhook, gen_random_uuid() as order_id, gen_random_uuid() as position,
            left(gen_random_uuid()::text, 24) as client from reference.accounts where n = :n \gset
        {Of(ReferenceSql.Check, ":tenant")};
        {Of(ReferenceSql.Begin, ":account", ":client", ":tenant", @"'\x00'", ":webhook", ":order_id")};
        {Of(ReferenceSql.Order, ":order_id", ":tenant", ":account", ":webhook", ":client", ":client")};
        {Of(ReferenceSql.Event, ":tenant", ":order_id")};
        {Of(ReferenceSql.Position, ":position", ":account", ":tenant", ":order_id")};
        {Of(ReferenceSql.Counter, ":tenant")};
        {Of(ReferenceSql.Log, ":webhook", ":tenant", ":account", ":client", ":order_id")};
        commit;
        """;

    private static string Of(string sql, params string[] names)
    {
        // The last first: $1 stands in $10.
        for (var at = names.Length; at > 0; at--)
            sql = sql.Replace($"${at}", names[at - 1] + Type(names[at - 1]), StringComparison.Ordinal);
        return sql.ReplaceLineEndings(" ");
    }

    private static string Type(string name) =>
        name is ":account" or ":tenant" or ":webhook" or ":order_id" or ":position" ? "::uuid" : name == ":client" ? "::text" : "";
}
