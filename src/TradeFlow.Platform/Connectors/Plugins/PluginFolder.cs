using System.Security.Cryptography;
using System.Text;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>One folder that may be a plugin, and what its files are at a moment.</summary>
internal sealed record PluginFolder(string Path, string Stamp)
{
    public const string ManifestFile = "connector.json";

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The plugin folders below a directory. A folder with a project in it is the source of a plugin, not a plugin.</summary>
    public static IEnumerable<PluginFolder> In(string directory)
    {
        if (!Directory.Exists(directory)) yield break;
        // A plugin may be listed or struck off while it lies there unchanged.
        var locked = new FileInfo(System.IO.Path.Combine(directory, PluginLock.FileName));
        var lockStamp = locked.Exists ? $"{locked.Length}|{locked.LastWriteTimeUtc.Ticks}" : "";
        foreach (var path in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            PluginFolder? folder = null;
            try
            {
                if (Directory.EnumerateFiles(path, "*.csproj").Any()) continue;
                if (!File.Exists(System.IO.Path.Combine(path, ManifestFile)) && !Directory.EnumerateFiles(path, "*.dll").Any()) continue;
                folder = new PluginFolder(path, lockStamp + StampOf(path));
            }
            catch (IOException)
            {
                // It is being written or removed at this moment: the next look will tell.
            }
            if (folder is not null) yield return folder;
        }
    }

    /// <summary>SHA-256 over the names and contents of all files, in the order of their names.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (relative, file) in Files(Path))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(relative));
            hash.AppendData([0]);
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void CopyTo(string target)
    {
        foreach (var (relative, file) in Files(Path))
        {
            var copy = System.IO.Path.Combine(target, relative);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!); // a file below the target has a folder
            File.Copy(file, copy, overwrite: true);
        }
    }

    /// <exception cref="FormatException">There is no readable manifest; the message names every problem.</exception>
    public ConnectorManifest ReadManifest()
    {
        var path = System.IO.Path.Combine(Path, ManifestFile);
        if (!File.Exists(path)) throw new FormatException($"{ManifestFile} is missing: copy it beside the assembly.");
        return ConnectorManifest.Parse(File.ReadAllText(path));
    }

    private static string StampOf(string path)
    {
        var text = new StringBuilder();
        foreach (var (relative, file) in Files(path))
        {
            var info = new FileInfo(file);
            text.Append(relative).Append('|').Append(info.Length).Append('|').Append(info.LastWriteTimeUtc.Ticks).Append('\n');
        }
        return text.ToString();
    }

    private static IEnumerable<(string Relative, string File)> Files(string path) =>
        Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => (System.IO.Path.GetRelativePath(path, file).Replace('\\', '/'), file))
            .OrderBy(entry => entry.Item1, StringComparer.Ordinal);
}
