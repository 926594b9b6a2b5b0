using Npgsql;

namespace TradeFlow.EmbeddedServers;

/// <summary>A role of the database and its password.</summary>
public sealed record DatabaseRole(string Name, string Password);

/// <summary>
/// Makes the database and the three roles that use it, as the superuser, who is used for nothing else. The owner holds the schema and
/// changes it; it is no superuser, so it can neither read files nor run programs, and it passes row-level security, or a migration that
/// corrects rows would find none.
/// </summary>
public static class DatabaseRoles
{
    public const string Owner = "tradeflow_owner";
    public const string App = "tradeflow_app";
    public const string System = "tradeflow_system";

    public static async Task EnsureAsync(
        Func<string, string> superuser, string database, DatabaseRole owner, IReadOnlyList<DatabaseRole> users, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(superuser);
        ArgumentNullException.ThrowIfNull(owner);
        await using (var server = new NpgsqlConnection(superuser("postgres")))
        {
            await server.OpenAsync(ct);
            foreach (var role in users) await EnsureAsync(server, role, "nobypassrls", ct);
            await EnsureAsync(server, owner, "bypassrls", ct);
            await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1",
                server) { Parameters = { new() { Value = database } } };
            if (await exists.ExecuteScalarAsync(ct) is null)
                await ExecuteAsync(server, $"create database \"{database}\" owner {owner.Name}", ct);
            else await ExecuteAsync(server, $"alter database \"{database}\" owner to {owner.Name}", ct);
        }

        await using var inside = new NpgsqlConnection(superuser(database));
        await inside.OpenAsync(ct);
        await ExecuteAsync(inside, HandOver, ct);
    }

    private static async Task EnsureAsync(NpgsqlConnection server, DatabaseRole role, string rows, CancellationToken ct)
    {
        await using var known = new NpgsqlCommand("select 1 from pg_roles where rolname = $1",
            server) { Parameters = { new() { Value = role.Name } } };
        var verb = await known.ExecuteScalarAsync(ct) is null ? "create" : "alter";
        // The words of a role cannot be parameters. Sent as a verifier of the driver's own making it would be longer, and it is on
        // loopback.
        await ExecuteAsync(
            server,
            $"{verb} role {role.Name} login nosuperuser nocreatedb nocreaterole noreplication {rows} password '{role.Password.Replace("'", "''", StringComparison.Ordinal)}'",
            ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    // Data of before belong to the superuser. What belongs to an extension or to the system stays where it is.
    private const string HandOver = $"""
        do $hand_over$
        declare one record;
        begin
            for one in
                select format('alter schema %I owner to {Owner}', n.nspname) as words
                from pg_namespace n
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspowner = 'postgres'::regrole
                union all
                select format('alter table %s owner to {Owner}', c.oid::regclass)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm') and c.relowner = 'postgres'::regrole
                union all
                select format('alter sequence %s owner to {Owner}', c.oid::regclass)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind = 'S' and c.relowner = 'postgres'::regrole
                  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))
                union all
                select format('alter routine %s owner to {Owner}', p.oid::regprocedure)
                from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and p.proowner = 'postgres'::regrole
                  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
                union all
                select format('alter type %s owner to {Owner}', t.oid::regtype)
                from pg_type t join pg_namespace n on n.oid = t.typnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and t.typowner = 'postgres'::regrole and t.typtype in ('d', 'e')
            loop
                execute one.words;
            end loop;
        end $hand_over$
        """;
}
