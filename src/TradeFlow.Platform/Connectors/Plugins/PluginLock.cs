using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// The file <c>plugins.lock.json</c> beside the plugin folders: the SHA-256 of every plugin that may run outside Development. A plugin has the
/// full trust of the Worker, so what runs is decided by who may write this file.
/// </summary>
internal sealed record PluginLock
{
    public const string FileName = "plugins.lock.json";

    public required IReadOnlyList<LockedPlugin> Plugins { get; init; }

    /// <returns>Why the folder must not run, or <c>null</c>.</returns>
    public static string? Problem(PluginFolder folder, string slug, string sha256)
    {
        var path = Path.Combine(Path.GetDirectoryName(folder.Path)!, FileName); // a plugin folder lies in a directory
        if (!File.Exists(path)) return $"Outside Development only plugins listed in {FileName} run, and there is no such file beside the folder.";
        PluginLock? locked;
        try
        {
            locked = JsonSerializer.Deserialize(File.ReadAllText(path), PluginLockJson.Default.PluginLock);
        }
        catch (JsonException e)
        {
            return $"{FileName} cannot be read: {e.Message}";
        }
        if (locked?.Plugins.Any(entry => entry.Slug == slug && string.Equals(entry.Sha256, sha256, StringComparison.OrdinalIgnoreCase)) == true) return null;
        return $"Its SHA-256 {sha256} is not listed for {slug} in {FileName}: check where the files come from, then list them.";
    }

    /// <summary>The lock of what lies in the directory now.</summary>
    public static string Write(string directory)
    {
        List<LockedPlugin> plugins = [];
        foreach (var folder in PluginFolder.In(directory))
        {
            try
            {
                var manifest = folder.ReadManifest();
                plugins.Add(new LockedPlugin(manifest.Slug, manifest.Version, folder.Hash()));
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
