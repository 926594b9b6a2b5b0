using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Aspire.Hosting.Local;

/// <summary>A real PostgreSQL as a child process, as root too.</summary>
internal sealed class PostgresLauncher(PostgresServerResource server, DataFolder data, IConfiguration configuration, LogBook book) : ILauncher
{
    private readonly string? kept = server.Annotations.OfType<DataVolumeAnnotation>().LastOrDefault()?.FolderName;
    private PostgresBinaries? binaries;
    private string folder = "";

    public string Address => server.ExternalConnectionString is { } external
        ? new NpgsqlConnectionStringBuilder(external).Host ?? ""
        : $"127.0.0.1:{server.PrimaryEndpoint().Port}";

    public int? GivesUpAfter => 3;

    public async Task PrepareAsync(CancellationToken ct)
    {
        folder = data.FolderFor(kept, server.Name);
        var major = Major();
        binaries = await PostgresBinaries.FindAsync(configuration, data.ToolFolders, major, book, ct);
        if (binaries is null)
        {
            // The database's name is the name of the connection string that would be handed on.
            server.ExternalConnectionString = server.Databases.Select(database => configuration.GetConnectionString(database.Name)).FirstOrDefault(address => address is not null)
                ?? throw new DistributedApplicationException(
                    "There is no PostgreSQL on this machine and none could be brought: install PostgreSQL 15 or newer, or name the folder of its programs with TRADEFLOW_PG_BIN, "
                    + $"or give the address of a running one with ConnectionStrings__{server.Databases.Select(database => database.Name).FirstOrDefault("tradeflow")}.");
            return;
        }

        if (major is { } found && found != binaries.Major)
        {
            throw new DistributedApplicationException(
                $"The data in {folder} were written by PostgreSQL {found}, and this machine has {binaries.Major}: install PostgreSQL {found} (or name its programs with TRADEFLOW_PG_BIN), "
                + "or move the folder away to begin with an empty database.");
        }

        if (major is null) await InitializeAsync(ct);
    }

    public async Task<ProcessSpec?> NextAsync(CancellationToken ct)
    {
        if (binaries is null) return null;

        await PostgresLock.ClearAsync(folder, book, ct);
        // Data that end with the application need not survive a loss of power.
        string[] durability = kept is null ? ["-c", "fsync=off", "-c", "full_page_writes=off"] : [];
        // After a crash PostgreSQL syncs each of its ~1,000 files before it recovers; one call for the file system does the same.
        // Measured on a busy machine, kill -9 to ready: 3.3–3.8 s file by file, 0.3 s with syncfs.
        string[] recovery = OperatingSystem.IsLinux() && binaries.Major >= 14 ? ["-c", "recovery_init_sync_method=syncfs"] : [];
        return new ProcessSpec(
            binaries.Postgres,
            [
                "-D", folder, "-p", server.PrimaryEndpoint().Port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "log_checkpoints=off",
                // A statement that failed may carry a password; the error itself is enough.
                "-c", "log_min_error_statement=panic",
                .. durability, .. recovery, .. server.Annotations.OfType<ArgsAnnotation>().SelectMany(more => more.Args),
            ],
            Path.GetDirectoryName(folder)!)
        {
            // SIGINT is "fast shutdown": open connections are cut, the data are closed in order.
            StopSignal = Signals.Int,
            NeverAsRoot = true,
        };
    }

    public async Task<string?> ProbeAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(Administration());
            await connection.OpenAsync(ct);
            return null;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new DistributedApplicationException(
                $"PostgreSQL refuses the password of {server.Name}: it is not the one that {folder} was made with. Restore secrets.json (or Parameters__…) of that time, or move the folder away to begin anew.", refused);
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
        {
            return fault is PostgresException postgres ? postgres.MessageText : "does not accept connections yet";
        }
    }

    public async Task CompleteAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Administration());
        await connection.OpenAsync(ct);
        foreach (var database in server.Databases)
        {
            await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = database.DatabaseName } } };
            if (server.ExternalConnectionString is not null || await exists.ExecuteScalarAsync(ct) is not null) continue;

            await using var create = new NpgsqlCommand($"create database \"{database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
    }

    public string? Explain(IReadOnlyList<string> lastLines)
    {
        var said = string.Join('\n', lastLines);
        return said switch
        {
            _ when said.Contains("Address already in use", StringComparison.Ordinal) =>
                $"Port {server.PrimaryEndpoint().Port} of {server.Name} was taken by another program in this moment: start again.",
            _ when said.Contains("No space left on device", StringComparison.Ordinal) => $"The disk that holds {folder} is full: free some space, then start again.",
            _ when said.Contains("Permission denied", StringComparison.Ordinal) => $"PostgreSQL may not read or write {folder}: give it to the user who starts the AppHost (chown -R), then start again.",
            _ when said.Contains("invalid data in file", StringComparison.Ordinal) || said.Contains("could not locate a valid checkpoint record", StringComparison.Ordinal) =>
                $"The data in {folder} are damaged: restore a backup, or move the folder away to begin with an empty database.",
            _ => null,
        };
    }

    private string Administration() =>
        new NpgsqlConnectionStringBuilder(server.Address(server.ExternalConnectionString is null ? "postgres" : null)) { Pooling = false, Timeout = 2 }.ConnectionString;

    private int? Major()
    {
        var path = Path.Combine(folder, "PG_VERSION");
        if (!File.Exists(path)) return null;
        return int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            ? major
            : throw new DistributedApplicationException($"{path} is damaged: restore the folder from a backup, or move it away to begin with an empty database.");
    }

    private async Task InitializeAsync(CancellationToken ct)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new DistributedApplicationException($"{folder} holds files that are no PostgreSQL data: move them away, then start again.");

        if (kept is not null) book.Say($"{server.Name}: making an empty PostgreSQL {binaries!.Major} database in {folder}.");
        // Made beside and moved over: an interrupted start leaves no half of a database.
        var draft = folder + ".new";
        if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        Directory.CreateDirectory(draft);
        var password = folder + ".password";
        await PrivateFile.WriteAsync(password, server.Password(), ct);
        try
        {
            string[] sync = kept is null ? ["--no-sync"] : [];
            await Children.GiveToPostgresAsync([draft, password], ct);
            await Children.RunAsync(
                new ProcessSpec(
                    binaries!.InitDb,
                    ["-D", draft, "-U", server.UserName(), "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", .. sync],
                    Path.GetDirectoryName(folder)!) { NeverAsRoot = true },
                _ => { }, ct);
        }
        finally
        {
            File.Delete(password);
        }

        if (Directory.Exists(folder)) Directory.Delete(folder);
        Directory.Move(draft, folder);
    }
}
