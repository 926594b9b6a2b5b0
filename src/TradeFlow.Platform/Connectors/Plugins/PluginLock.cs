using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// What vouches for a plugin without a publisher's signature: the list that its own build has left beside the folder
/// (<c>Acme.SHA256SUMS</c> beside <c>Acme/</c>), or its SHA-256 in the operator's <c>plugins.lock.json</c>. A plugin has the full trust of
/// the Worker, so what runs is decided by who may write these files.
/// </summary>
internal sealed record PluginLock
{
    public const string FileName = "plugins.lock.json";

    public required IReadOnlyList<LockedPlugin> Plugins { get; init; }

    /// <summary>The list that the build of a plugin leaves beside its folder.</summary>
    public static string BuiltFile(string folder) => folder + "." + FileSums.FileName;

    /// <summary>Whether just these files were left by a build, with the list beside the folder.</summary>
    public static bool IsBuilt(PluginFolder folder, PackageFiles files) => BuiltProblem(BuiltFile(folder.Path), files) is null;

    /// <returns>Why nothing vouches for the folder, or <c>null</c>.</returns>
    public static string? Problem(PluginFolder folder, PackageFiles files, string slug, string sha256)
    {
        var built = BuiltProblem(BuiltFile(folder.Path), files);
        if (built is null) return null;
        var path = Path.Combine(Path.GetDirectoryName(folder.Path)!, FileName); // a plugin folder lies in a directory
        if (!File.Exists(path)) return File.Exists(BuiltFile(folder.Path))
            ? built : $"Outside Development only plugins listed in {FileName} run, and there is no such file beside the folder.";
        if (OpenToOthers(path) is { } open) return open;
        PluginLock? locked;
        try
        {
            locked = JsonSerializer.Deserialize(File.ReadAllText(path), PluginLockJson.Default.PluginLock);
        }
        catch (JsonException e)
        {
            return $"{FileName} cannot be read: {e.Message}";
        }
        if (locked?.Plugins.Any(entry => entry.Slug == slug && string.Equals(entry.Sha256, sha256, StringComparison.OrdinalIgnoreCase))
            == true)
            return null;
        return $"Its SHA-256 {sha256} is not listed for {slug} in {FileName}: check where the files come from, then list them.";
    }

    private static string? BuiltProblem(string path, PackageFiles files)
    {
        if (!File.Exists(path)) return $"{Path.GetFileName(path)} is missing.";
        if (OpenToOthers(path) is { } open) return open;
        try
        {
            var differences = FileSums.Parse(File.ReadAllText(path)).Differences(files.Contents);
            return differences.Count == 0 ? null : $"It is not what was built: by {Path.GetFileName(path)}, {string.Join(", ", differences)}. Remove the folder and build it again.";
        }
        catch (FormatException e)
        {
            return $"{Path.GetFileName(path)} cannot be read: {e.Message}.";
        }
    }

    // A list that others than its owner may write vouches for nothing.
    private static string? OpenToOthers(string path)
    {
        if (OperatingSystem.IsWindows()) return null;
        foreach (var one in new[] { path, Path.GetDirectoryName(path)! }) // a file lies in a directory
            if ((File.GetUnixFileMode(one) & (UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != UnixFileMode.None)
                return $"Others than its owner may write {one}, so {Path.GetFileName(path)} proves nothing: chmod go-w {one}.";
        return null;
    }

    /// <summary>The lock of what lies in the directory now.</summary>
    public static string Write(string directory)
    {
        List<LockedPlugin> plugins = [];
        foreach (var folder in PluginFolder.In(directory))
        {
            try
            {
                var files = PackageFiles.Read(folder.Path);
                var manifest = PluginFolder.ReadManifest(files);
                if (files.Problem is null) plugins.Add(new LockedPlugin(manifest.Slug, manifest.Version, files.Hash()));
            }
            catch (FormatException)
            {
                // It could not be loaded anyway; the catalogue says why.
            }
        }
        return JsonSerializer.Serialize(new PluginLock { Plugins = plugins }, PluginLockJson.Default.PluginLock);
    }
}

internal sealed record LockedPlugin(string Slug, string Version, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PluginLock))]
internal sealed partial class PluginLockJson : JsonSerializerContext;
