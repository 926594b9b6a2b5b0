using System.Reflection;
using System.Runtime.Loader;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>A plugin in a load context of its own, loaded the way the platform does it.</summary>
internal sealed class LoadedPlugin
{
    private readonly Context context;
    private readonly Func<IConnectorFactory> create;

    private LoadedPlugin(ConnectorManifest manifest, Context context, Func<IConnectorFactory> create) =>
        (Manifest, this.context, this.create) = (manifest, context, create);

    public ConnectorManifest Manifest { get; }

    public WeakReference Alive => new(context);

    /// <summary>What comes from the host: the SDK, and what the types of its logging are made of.</summary>
    public static bool IsShared(string? assembly) =>
        assembly is "TradeFlow.BrokerSdk" or "Microsoft.Extensions.Logging.Abstractions"
            or "Microsoft.Extensions.DependencyInjection.Abstractions";

    public static LoadedPlugin Load(string folder, Func<IConnectorFactory>? elsewhere = null)
    {
        var manifest = ConnectorManifest.Parse(File.ReadAllText(Path.Combine(folder, "connector.json")));
        var entry = Path.GetFullPath(Path.Combine(folder, manifest.EntryAssembly));
        var context = new Context(manifest.Id, entry);
        var factory = context.LoadFromAssemblyPath(entry).GetExportedTypes()
            .Single(type => !type.IsAbstract && type.IsAssignableTo(typeof(IConnectorFactory)));
        // a class has an instance
        return new LoadedPlugin(manifest, context, elsewhere ?? (() => (IConnectorFactory)Activator.CreateInstance(factory)!));
    }

    public static ConnectorManifest? TryManifest(string folder)
    {
        try
        {
            return ConnectorManifest.Parse(File.ReadAllText(Path.Combine(folder, "connector.json")));
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return null;
        }
    }

    public IConnectorFactory CreateFactory() => create();

    public void Unload() => context.Unload();

    private sealed class Context(string name, string entry) : AssemblyLoadContext(name, isCollectible: true)
    {
        private readonly AssemblyDependencyResolver resolver = new(entry);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (IsShared(assemblyName.Name)) return null;
            return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
        }
    }
}
