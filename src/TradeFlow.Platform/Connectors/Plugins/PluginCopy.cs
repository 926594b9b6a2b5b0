using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>The private copy that a plugin runs from. Only files that were judged belong to it, byte for byte.</summary>
internal sealed class PluginCopy(string folder, string entryAssembly, PackageFiles judged)
{
    private readonly Dictionary<string, string> sums =
        judged.Contents.ToDictionary(file => file.Key, file => FileSums.HashOf(file.Value), StringComparer.Ordinal);
    private AssemblyDependencyResolver? resolver;

    public string Entry { get; } = Path.Combine(folder, entryAssembly);

    // Made when the files have been checked: it reads them.
    private AssemblyDependencyResolver Resolver => resolver ??= new AssemblyDependencyResolver(Entry);

    /// <returns>What lies in the copy that was not judged, or is not there, or <c>null</c>.</returns>
    public string? Difference()
    {
        var copied = PackageFiles.Read(folder);
        if (copied.Problem is { } unfit) return $"It cannot be loaded: {unfit}.";
        var other = copied.Contents.Keys.Union(sums.Keys, StringComparer.Ordinal).FirstOrDefault(name =>
            !copied.Contents.TryGetValue(name, out var content) || !sums.TryGetValue(name, out var sum) || sum != FileSums.HashOf(content));
        return other is null ? null : $"It cannot be loaded: {other} is not a file that was checked.";
    }

    /// <returns>Why the plugin would run on code from elsewhere, or <c>null</c>.</returns>
    /// <param name="judged">The files of the copy, which are not kept.</param>
    public string? Escape(PackageFiles judged) => ListedOutside(judged) ?? TakenFromHost(judged);

    /// <summary>The file that McMaster's loader takes for a name: by the plugin's deps.json, else beside its assembly.</summary>
    /// <returns>It need not belong to the copy.</returns>
    public string? Find(AssemblyName name)
    {
        if (Resolver.ResolveAssemblyToPath(name) is { } listed && File.Exists(listed)) return listed;
        var beside = Path.Combine(folder, name.CultureName ?? "", name.Name + ".dll");
        return File.Exists(beside) ? beside : null;
    }

    /// <summary>Whether it is one of the files that were judged, and is still what was judged.</summary>
    public bool Holds(string path)
    {
        try
        {
            return sums.TryGetValue(NameOf(path), out var sum) && sum == FileSums.HashOf(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone, or not to be read: not what was judged
        }
    }

    public string NameOf(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');

    // The runtime looks for what a deps.json lists in the host's probing paths and shared stores too, and its paths may lead anywhere. So
    // it is asked for each, native code with them.
    private string? ListedOutside(PackageFiles judged)
    {
        var deps = Path.ChangeExtension(entryAssembly, ".deps.json");
        try
        {
            foreach (var asset in judged.Contents.TryGetValue(deps, out var content) ? Assets(content) : [])
            {
                var found = Resolver.ResolveAssemblyToPath(new AssemblyName { Name = Path.GetFileNameWithoutExtension(asset) })
                    ?? Resolver.ResolveUnmanagedDllToPath(Path.GetFileName(asset));
                if (found is not null && !sums.ContainsKey(NameOf(found)))
                    return $"{deps} leads to {asset} outside of the plugin's folder: publish the plugin with all it depends on.";
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return $"{deps} cannot be read: build the plugin again.";
        }
    }

    private static List<string> Assets(byte[] deps)
    {
        using var document = JsonDocument.Parse(deps);
        return [.. from target in document.RootElement.GetProperty("targets").EnumerateObject()
            from library in target.Value.EnumerateObject()
            from section in library.Value.EnumerateObject()
            where section.Value.ValueKind == JsonValueKind.Object
            from asset in section.Value.EnumerateObject()
            select asset.Name];
    }

    private string? TakenFromHost(PackageFiles judged)
    {
        foreach (var (name, content) in judged.Contents.Where(file => file.Key.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)))
        {
            var taken = References(content)
                .FirstOrDefault(reference => HostAssemblies.IsWithheld(reference) && Find(new AssemblyName { Name = reference }) is null);
            if (taken is not null)
                return $"{name} uses {taken}, which is not in the plugin's folder, and the platform does not share it: "
                    + "publish the plugin with all it depends on.";
        }
        return null;
    }

    private static IEnumerable<string> References(byte[] content)
    {
        try
        {
            return AssemblyReferences.Read(new MemoryStream(content)).Select(reference => reference.Name);
        }
        catch (BadImageFormatException)
        {
            return []; // no assembly: what needs it will say so
        }
    }
}
