using System.Reflection;
using System.Runtime.Loader;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// One version of one plugin. What the contract is made of comes from the host; everything else is the plugin's own, and only what was checked: an assembly is read once, compared with the file
/// that was judged, and loaded from these bytes.
/// </summary>
internal sealed class PluginLoadContext(string name, string shadow, string entryAssembly, PackageFiles files) : AssemblyLoadContext(name, isCollectible: true)
{
    // A shared assembly's types are made of those of others, which are shared with it: ILoggingBuilder returns an IServiceCollection, and two of that name would be two types.
    private static readonly HashSet<string> Shared = new(StringComparer.Ordinal)
    {
        "TradeFlow.BrokerSdk", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
    };

    private readonly AssemblyDependencyResolver resolver = new(entryAssembly);
    private readonly Dictionary<string, string> sums = files.Contents.ToDictionary(file => file.Key, file => FileSums.HashOf(file.Value), StringComparer.Ordinal);

    /// <exception cref="FileLoadException">It is not one of the files that were checked.</exception>
    public Assembly LoadChecked(string path)
    {
        var symbols = Path.ChangeExtension(path, ".pdb");
        using var assembly = new MemoryStream(ReadChecked(path));
        using var lines = File.Exists(symbols) ? new MemoryStream(ReadChecked(symbols)) : null;
        return LoadFromStream(assembly, lines);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is { } simple && Shared.Contains(simple)) return null;
        return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadChecked(path) : null;
    }

    // The system maps native code from the file itself: it is checked just before, in a folder that nobody but the Worker may enter.
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        if (resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is not { } path) return 0;
        ReadChecked(path);
        return LoadUnmanagedDllFromPath(path);
    }

    private byte[] ReadChecked(string path)
    {
        var file = Path.GetRelativePath(shadow, path).Replace('\\', '/');
        var content = File.ReadAllBytes(path);
        return sums.TryGetValue(file, out var sum) && sum == FileSums.HashOf(content) ? content : throw new FileLoadException($"{file} is not a file that was checked.", file);
    }
}
