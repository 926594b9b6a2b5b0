using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.EmbeddedServers;

/// <summary>What outlives a run: data of the servers, generated secrets, ports, tools, logs. One AppHost has it at a time.</summary>
public sealed class DataFolder(IConfiguration configuration, string appHostDirectory) : IDisposable
{
    private readonly Lock gate = new();
    private readonly string checkout = Checkout(appHostDirectory);
    private readonly HashSet<int> given = [];
    private FileStream? lockFile;

    public string Root => field ??= Path.GetFullPath(
        configuration["TRADEFLOW_DATA"] is { Length: > 0 } moved ? moved : Path.Combine(checkout, ".tradeflow"), checkout);

    /// <summary>Where tools that no machine has by itself are looked for; the first is where they are brought to.</summary>
    public IReadOnlyList<string> ToolFolders =>
        [.. new[] { Path.Combine(Root, "tools"), Path.Combine(checkout, ".tradeflow", "tools") }.Distinct()];

    /// <summary>The AppHost before this one did not come to its end: what it started may still be about to end.</summary>
    public bool WasLeftBehind { get; private set; }

    /// <summary>Takes the folder for this process, or says who has it.</summary>
    public string Open()
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
                throw fault is IOException and not DirectoryNotFoundException
                    && File.Exists(Path.Combine(Root, "apphost.lock")) && Writable()
                    ? new StartException(
                        $"Another AppHost{Owner()} already runs on {Root}: stop it, or give this one a folder of its own with TRADEFLOW_DATA=/some/folder.",
                        fault)
                    : new StartException(
                        $"The data folder {Root} cannot be written to ({fault.Message.TrimEnd('.')}): make it writable, or name another one with TRADEFLOW_DATA=/some/folder.",
                        fault);
            }

            WasLeftBehind = File.Exists(Path.Combine(Root, "apphost.pid"));
            File.WriteAllText(Path.Combine(Root, "apphost.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return Root;
        }
    }

    /// <summary>One file per resource; readable for the owner alone, since a log may name people.</summary>
    public string Logs
    {
        get
        {
            var folder = Path.Combine(Open(), "logs");
            return (OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(folder)
                : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).FullName;
        }
    }

    /// <summary>32 random bytes in base64, made once and kept readable for the owner alone.</summary>
    public string Secret(string name)
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

    /// <summary>The port of a resource: the same at each start, as long as nobody else took it.</summary>
    public int Port(string name)
    {
        lock (gate)
        {
            var path = Path.Combine(Open(), "ports.json");
            var ports = Read<int>(path, "delete it");
            if (ports.TryGetValue(name, out var known) && LocalPorts.IsFree(known) && given.Add(known)) return known;

            do ports[name] = LocalPorts.AnyFree(); while (!given.Add(ports[name]));
            Write(path, ports);
            return ports[name];
        }
    }

    public void Dispose()
    {
        if (lockFile is not null) File.Delete(Path.Combine(Root, "apphost.pid"));
        lockFile?.Dispose();
        lockFile = null;
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
            throw new StartException($"{path} is damaged: {mend}, then start again.", fault);
        }
    }

    // Written beside and moved over, so that a crash leaves the old file or the new one.
    private static void Write<T>(string path, Dictionary<string, T> values)
    {
        var draft = path + ".new";
        using (var file = new FileStream(draft, PrivateFile.Options())) JsonSerializer.Serialize(file, values);
        File.Move(draft, path, overwrite: true);
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
