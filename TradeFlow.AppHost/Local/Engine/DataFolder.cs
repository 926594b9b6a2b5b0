using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Local;

/// <summary>
/// What outlives a run: data of the servers, generated secrets, ports, tools, logs. Opened, locked and written to only when a resource asks for
/// something that stays; everything else goes to a temporary folder that ends with the application.
/// </summary>
internal sealed class DataFolder(IConfiguration configuration, string appHostDirectory) : IDisposable
{
    private readonly Lock gate = new();
    private readonly string checkout = Checkout(appHostDirectory);
    private readonly HashSet<int> given = [];
    private FileStream? lockFile;
    private string? temporary;

    /// <summary>A port for one replica behind the public port.</summary>
    internal int InnerPort()
    {
        lock (gate) return FreePort();
    }

    internal string Root => field ??= Path.GetFullPath(
        configuration["TRADEFLOW_DATA"] is { Length: > 0 } moved ? moved : Path.Combine(checkout, ".tradeflow"), checkout);

    /// <summary>Where tools that no machine has by itself are looked for; the first is where they are brought to.</summary>
    internal IReadOnlyList<string> ToolFolders => [.. new[] { Path.Combine(Root, "tools"), Path.Combine(checkout, ".tradeflow", "tools") }.Distinct()];

    internal bool IsOpen => lockFile is not null;

    internal string? TemporaryRoot => temporary;

    /// <summary>Takes the folder for this process, or says who has it.</summary>
    internal string Open()
    {
        lock (gate)
        {
            if (lockFile is not null) return Root;
            try
            {
                Directory.CreateDirectory(Root);
                lockFile = new FileStream(Path.Combine(Root, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
            {
                throw fault is IOException and not DirectoryNotFoundException && File.Exists(Path.Combine(Root, "apphost.lock")) && Writable()
                    ? new DistributedApplicationException($"Another AppHost{Owner()} already runs on {Root}: stop it, or give this one a folder of its own with TRADEFLOW_DATA=/some/folder.", fault)
                    : new DistributedApplicationException($"The data folder {Root} cannot be written to ({fault.Message.TrimEnd('.')}): make it writable, or name another one with TRADEFLOW_DATA=/some/folder.", fault);
            }

            File.WriteAllText(Path.Combine(Root, "apphost.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return Root;
        }
    }

    /// <summary>A folder for the data of a resource: kept under the name, or temporary when there is none.</summary>
    internal string FolderFor(string? keptName, string resourceName) =>
        keptName is null ? Path.Combine(Temporary(), resourceName) : Path.Combine(Open(), keptName);

    internal string Logs
    {
        get
        {
            var folder = Path.Combine(IsOpen ? Root : Temporary(), "logs");
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return folder;
        }
    }

    /// <summary>32 random bytes in base64, made once and kept readable for the owner alone.</summary>
    internal string Secret(string name)
    {
        var path = Path.Combine(Open(), "secrets.json");
        lock (gate)
        {
            var secrets = Read<string>(path, "restore it from a backup (without it the stored broker credentials cannot be read)");
            if (secrets.TryGetValue(name, out var known)) return known;

            secrets[name] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            Write(path, secrets);
            return secrets[name];
        }
    }

    /// <summary>A free port. A resource that keeps its data also keeps its port, as long as nobody else took it.</summary>
    internal int Port(string name, bool keep)
    {
        lock (gate)
        {
            if (!keep) return FreePort();

            var path = Path.Combine(Open(), "ports.json");
            var ports = Read<int>(path, "delete it");
            if (ports.TryGetValue(name, out var known) && LocalPorts.IsFree(known)) return known;

            ports[name] = FreePort();
            Write(path, ports);
            return ports[name];
        }
    }

    public void Dispose()
    {
        lockFile?.Dispose();
        lockFile = null;
        if (temporary is not null && Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        temporary = null;
    }

    private string Temporary()
    {
        lock (gate)
        {
            if (temporary is not null) return temporary;
            temporary = Directory.CreateTempSubdirectory("tradeflow-").FullName;
            // Passable, not readable: where root cannot be somebody else in a namespace, PostgreSQL is the user postgres.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            return temporary;
        }
    }

    private string Owner()
    {
        var path = Path.Combine(Root, "apphost.pid");
        return File.Exists(path) ? $" (process {File.ReadAllText(path).Trim()})" : "";
    }

    private bool Writable()
    {
        try
        {
            var probe = Path.Combine(Root, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return true;
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static Dictionary<string, T> Read<T>(string path, string mend)
    {
        if (!File.Exists(path)) return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, T>>(File.ReadAllText(path)) ?? [];
        }
        catch (JsonException fault)
        {
            throw new DistributedApplicationException($"{path} is damaged: {mend}, then start again.", fault);
        }
    }

    // Written beside and moved over, so that a crash leaves the old file or the new one.
    private static void Write<T>(string path, Dictionary<string, T> values)
    {
        var draft = path + ".new";
        using (var file = new FileStream(draft, PrivateFile.Options())) JsonSerializer.Serialize(file, values);
        File.Move(draft, path, overwrite: true);
    }

    // Below the range from which systems take the ports of outgoing connections: one of those could take ours between choice and use.
    private int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            if (given.Add(port) && LocalPorts.IsFree(port)) return port;
        }
    }

    private static string Checkout(string start)
    {
        foreach (var from in new[] { start, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "TradeFlow.sln"))) return folder.FullName;
            }
        }

        return start;
    }
}
