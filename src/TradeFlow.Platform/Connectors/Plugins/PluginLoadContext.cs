using System.Reflection;
using System.Runtime.Loader;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>One version of one plugin. What the contract is made of comes from the host; everything else is the plugin's own.</summary>
internal sealed class PluginLoadContext(string name, string entryAssembly) : AssemblyLoadContext(name, isCollectible: true)
{
    private static readonly HashSet<string> Shared = new(StringComparer.Ordinal) { "TradeFlow.BrokerSdk", "Microsoft.Extensions.Logging.Abstractions" };
    private readonly AssemblyDependencyResolver resolver = new(entryAssembly);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is { } simple && Shared.Contains(simple)) return null;
        return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
