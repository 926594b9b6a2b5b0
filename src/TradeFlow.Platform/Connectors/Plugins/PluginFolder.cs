using System.Text;
using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Packaging;

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
        var listed = StampOfLock(System.IO.Path.Combine(directory, PluginLock.FileName));
        foreach (var path in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            PluginFolder? folder = null;
            try
            {
                if (Directory.EnumerateFiles(path, "*.csproj").Any()) continue;
                if (!File.Exists(System.IO.Path.Combine(path, ManifestFile)) && !Directory.EnumerateFiles(path, "*.dll").Any()) continue;
                folder = new PluginFolder(path, listed + StampOfLock(PluginLock.BuiltFile(path)) + StampOf(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being written or removed at this moment, or not to be read by the Worker: the next look will tell.
            }
            if (folder is not null) yield return folder;
        }
    }

    /// <exception cref="FormatException">There is no readable manifest; the message names every problem.</exception>
    public static ConnectorManifest ReadManifest(PackageFiles files) =>
        ConnectorManifest.Parse(
            files.Text(ManifestFile) ?? throw new FormatException($"{ManifestFile} is missing: copy it beside the assembly."));

    private static string StampOf(string path)
    {
        var text = new StringBuilder();
        foreach (var (name, entry) in PackageFiles.Walk(path))
        {
            if (entry is FileInfo { LinkTarget: null } file)
                text.Append(name).Append('|').Append(file.Length).Append('|').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
            else text.Append(name).Append("|link\n");
        }
        return text.ToString();
    }

    // A plugin may be listed or struck off while it lies there unchanged.
    private static string StampOfLock(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? $"{info.Length}|{info.LastWriteTimeUtc.Ticks}\n" : "";
    }
}
