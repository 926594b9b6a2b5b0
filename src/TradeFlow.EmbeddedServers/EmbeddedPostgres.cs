using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace TradeFlow.EmbeddedServers;

/// <summary>A real PostgreSQL on loopback, as root too. Its superuser is <c>postgres</c>.</summary>
/// <param name="folder">The data.</param>
/// <param name="kept">Whether the data outlive the run: those that do not need not survive a loss of power either.</param>
public sealed class EmbeddedPostgres(
    string folder, int port, string password, bool kept, IReadOnlyList<string> toolFolders, IConfiguration configuration,
    Action<string> say)
{
    private PostgresBinaries? binaries;

    public int Port => port;

    /// <summary>The superuser's way into a database of the server.</summary>
    public string Superuser(string database = "postgres") => new NpgsqlConnectionStringBuilder
    {
        // The number, not "localhost": the server listens on IPv4 only, and a try of ::1 first costs a round trip per connection.
        Host = "127.0.0.1", Port = port, Username = "postgres", Password = password, Database = database, Pooling = false, Timeout = 2,
    }.ConnectionString;

    /// <summary>Finds or brings the programs, and makes the data folder where there is none.</summary>
    /// <returns>False when this machine has no PostgreSQL and none could be brought.</returns>
    public async Task<bool> PrepareAsync(CancellationToken ct)
    {
        var major = Major();
        binaries = await PostgresBinaries.FindAsync(configuration, toolFolders, major, say, ct);
        if (binaries is null) return false;
        if (major is { } found && found != binaries.Major)
        {
            throw new StartException(
                $"The data in {folder} were written by PostgreSQL {found}, and this machine has {binaries.Major}: install PostgreSQL {found} (or name its programs with TRADEFLOW_PG_BIN), "
                + "or move the folder away to begin with an empty database.");
        }

        if (major is null) await InitializeAsync(binaries, ct);
        return true;
    }

    /// <summary>To be called before each start: ends one that an earlier run has left.</summary>
    public Task ClearAsync(CancellationToken ct) => PostgresLock.ClearAsync(folder, say, ct);

    public ServerCommand Command()
    {
        var postgres = binaries ?? throw new InvalidOperationException("PrepareAsync comes first.");
        string[] durability = kept ? [] : ["-c", "fsync=off", "-c", "full_page_writes=off"];
        // After a crash PostgreSQL syncs each of its ~1,000 files before it recovers; one call for the file system does the same.
        // Measured on a busy machine, kill -9 to ready: 3.3–3.8 s file by file, 0.3 s with syncfs.
        string[] recovery = OperatingSystem.IsLinux() && postgres.Major >= 14 ? ["-c", "recovery_init_sync_method=syncfs"] : [];
        string[] all =
        [
            .. Programs.NotAsRoot, postgres.Postgres,
            "-D", folder, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=500", "-c", "log_checkpoints=off",
            // A statement that failed may carry a password; the error itself is enough.
            "-c", "log_min_error_statement=panic",
            .. durability, .. recovery,
        ];
        return new ServerCommand(all[0], all[1..], Path.GetDirectoryName(folder)!, new Dictionary<string, string>());
    }

    /// <returns>What is missing, or null when it takes connections.</returns>
    public async Task<string?> MissingAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(Superuser());
            await connection.OpenAsync(ct);
            return null;
        }
        catch (PostgresException refused)
            when (refused.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new StartException(
                $"PostgreSQL refuses the password of postgres: it is not the one that {folder} was made with. Restore secrets.json (or Parameters__…) of that time, or move the folder away to begin anew.",
                refused);
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
        {
            return fault is PostgresException postgres ? postgres.MessageText : "does not accept connections yet";
        }
    }

    /// <summary>The mend for what it said last, where we know one.</summary>
    public string? Explain(string said) => said switch
    {
        _ when said.Contains("Address already in use", StringComparison.Ordinal) =>
            $"Port {port} of PostgreSQL was taken by another program in this moment: start again.",
        _ when said.Contains("No space left on device", StringComparison.Ordinal) =>
            $"The disk that holds {folder} is full: free some space, then start again.",
        _ when said.Contains("Permission denied", StringComparison.Ordinal) =>
            $"PostgreSQL may not read or write {folder}: give it to the user who starts the AppHost (chown -R), then start again.",
        _ when said.Contains("invalid data in file", StringComparison.Ordinal)
            || said.Contains("could not locate a valid checkpoint record", StringComparison.Ordinal) =>
            $"The data in {folder} are damaged: restore a backup, or move the folder away to begin with an empty database.",
        _ => null,
    };

    private int? Major()
    {
        var path = Path.Combine(folder, "PG_VERSION");
        if (!File.Exists(path)) return null;
        return int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            ? major
            : throw new StartException(
                $"{path} is damaged: restore the folder from a backup, or move it away to begin with an empty database.");
    }

    private async Task InitializeAsync(PostgresBinaries postgres, CancellationToken ct)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new StartException($"{folder} holds files that are no PostgreSQL data: move them away, then start again.");

        if (kept) say($"Making an empty PostgreSQL {postgres.Major} database in {folder}.");
        // Made beside and moved over: an interrupted start leaves no half of a database.
        var draft = folder + ".new";
        if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        Directory.CreateDirectory(draft);
        var passwordFile = folder + ".password";
        await PrivateFile.WriteAsync(passwordFile, password, ct);
        try
        {
            string[] sync = kept ? [] : ["--no-sync"];
            await Programs.GiveToPostgresAsync([draft, passwordFile], ct);
            string[] all = [.. Programs.NotAsRoot, postgres.InitDb, "-D", draft, "-U", "postgres", "--pwfile", passwordFile, "-A",
                "scram-sha-256", "-E", "UTF8", "--locale=C", .. sync];
            await Programs.RunAsync(all[0], all[1..], Path.GetDirectoryName(folder)!, ct);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        if (Directory.Exists(folder)) Directory.Delete(folder);
        Directory.Move(draft, folder);
    }
}
