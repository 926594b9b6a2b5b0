using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Brings the schema up to date: the embedded <c>{Module}/Schema/000N_name.sql</c> files in the order of the modules, forward only, one
/// transaction each, under a lock, so that any number of processes may start at once. A file that was applied and then edited is refused.
/// After them come the functions, <c>{Module}/Schema/Functions/{function}.sql</c>, one a file: a file that has changed replaces its
/// function.
/// </summary>
public sealed partial class Migrator(IConfiguration configuration, ILogger<Migrator> log)
{
    /// <summary>Owns the schema; no superuser. Its connection string is given to the process that migrates and to no other.</summary>
    private const string Owner = "tradeflow_owner";

    /// <summary>The order of a signal's way; a module may refer to tables of the modules before it.</summary>
    public static readonly IReadOnlyList<string> Modules =
        ["Kernel", "Outgoing", "Tenancy", "OAuth", "Accounts", "Alerts", "Billing", "Risk", "Trading", "Connectors", "Live", "Delivery",
            "Insights", "Strategies", "Rights", "Admin"];

    private const long LockKey = 0x7472616465666c77;

    public async Task RunAsync(CancellationToken ct)
    {
        var owner = configuration.GetConnectionString(Owner) ?? throw new InvalidOperationException(
            $"ConnectionStrings:{Owner} is not set: give the address of PostgreSQL with the owner of the schema.");
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(owner) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", ct);
        await EnsureRoleAsync(connection, Database.AppRole, ct);
        await EnsureRoleAsync(connection, Database.SystemRole, ct);
        await ExecuteAsync(connection, """
            create table if not exists public.schema_migrations (
                module text not null, file text not null, sha256 text not null, applied_at timestamptz not null default now(), primary key (module, file))
            """, ct);
        foreach (var script in Scripts()) await ApplyAsync(connection, script, ct);
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Script script, CancellationToken ct)
    {
        await using (var seen = new NpgsqlCommand(
            "select sha256 from public.schema_migrations where module = $1 and file = $2", connection))
        {
            seen.Parameters.AddWithValue(script.Module);
            seen.Parameters.AddWithValue(script.File);
            if (await seen.ExecuteScalarAsync(ct) is string applied)
            {
                if (applied == script.Sha256) return;
                if (!script.IsFunction)
                    throw new InvalidOperationException(
                        $"Migration {script.Module}/{script.File} was changed after it had been applied. Write a new file instead.");
            }
        }
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (script.IsFunction) await MakeWayAsync(connection, script, ct);
        await ExecuteAsync(connection, script.Sql, ct);
        await using (var done = new NpgsqlCommand("""
            insert into public.schema_migrations (module, file, sha256) values ($1, $2, $3) on conflict (module, file) do update set sha256 = excluded.sha256, applied_at = now()
            """, connection, transaction))
        {
            done.Parameters.AddWithValue(script.Module);
            done.Parameters.AddWithValue(script.File);
            done.Parameters.AddWithValue(script.Sha256);
            await done.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
        LogApplied(script.Module, script.File);
    }

    // A function whose parameters have changed would stand beside its old self, and calls would be ambiguous. What a trigger calls cannot
    // be dropped and has none.
    private static async Task MakeWayAsync(NpgsqlConnection connection, Script script, CancellationToken ct)
    {
        var schema = script.Module.ToLowerInvariant();
        var function = Path.GetFileNameWithoutExtension(script.File[Script.Functions.Length..]);
        // Functions of SQL may name others that come later.
        await ExecuteAsync(connection, "set local check_function_bodies = off", ct);
        await ExecuteAsync(connection, $"""
            do $way$
            declare f regprocedure;
            begin
                for f in select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                         where n.nspname = '{schema}' and p.proname = '{function}' and p.prorettype <> 'trigger'::regtype loop
                    execute format('drop function %s', f);
                end loop;
            end $way$
            """, ct);
    }

    // Whoever runs the server may have made the roles; else the owner does. Roles belong to the whole server, advisory locks to one
    // database: two databases may get here at the same moment.
    private async Task EnsureRoleAsync(NpgsqlConnection connection, string role, CancellationToken ct)
    {
        var password = new NpgsqlConnectionStringBuilder(Database.ConnectionOf(role, configuration)).Password ?? "";
        if (await ExistsAsync(role, connection, ct))
        {
            await EnsurePasswordAsync(role, password, connection, ct);
            return;
        }
        try
        {
            await ExecuteAsync(connection,
                $"create role {role} login nosuperuser nobypassrls nocreatedb nocreaterole password {Quoted(password)}", ct);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
            await EnsurePasswordAsync(role, password, connection, ct);
        }
    }

    private static async Task<bool> ExistsAsync(string role, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select exists (select 1 from pg_roles where rolname = $1)", connection);
        command.Parameters.AddWithValue(role);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private async Task EnsurePasswordAsync(string role, string password, NpgsqlConnection connection, CancellationToken ct)
    {
        if (!await CanLogInAsync(role, configuration, ct))
            await ExecuteAsync(connection, $"alter role {role} login nosuperuser nobypassrls password {Quoted(password)}", ct);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static async Task<bool> CanLogInAsync(string role, IConfiguration configuration, CancellationToken ct)
    {
        await using var probe = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Database.ConnectionOf(role, configuration)) { Pooling = false }.ConnectionString);
        try
        {
            await probe.OpenAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("28", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static IEnumerable<Script> Scripts()
    {
        var assembly = typeof(Migrator).Assembly;
        const string marker = ".Schema.";
        var prefix = assembly.GetName().Name + ".";
        return assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name.Contains(marker, StringComparison.Ordinal))
            .Select(name =>
            {
                var at = name.IndexOf(marker, StringComparison.Ordinal);
                // the name comes from the assembly's own list
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return Script.Read(name[prefix.Length..at], name[(at + marker.Length)..], reader.ReadToEnd());
            })
            .OrderBy(script => script.IsFunction)
            .ThenBy(script => Modules.Index().First(module => module.Item == script.Module).Index)
            .ThenBy(script => script.File, StringComparer.Ordinal);
    }

    private sealed record Script(string Module, string File, string Sql, string Sha256)
    {
        public const string Functions = "Functions.";

        public bool IsFunction => File.StartsWith(Functions, StringComparison.Ordinal);

        public static Script Read(string module, string file, string sql) =>
            new(module, file, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n")))));
    }

    [LoggerMessage(1001, LogLevel.Information, "Migration {Module}/{File} applied")]
    private partial void LogApplied(string module, string file);
}
