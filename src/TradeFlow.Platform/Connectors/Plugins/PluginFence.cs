using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins.Loader;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// One version of one plugin in this process. McMaster's loader finds its assemblies and loads them; this context stands where that loader
/// expects the host's, and so decides about each name first: the contract is the host's, the plugin's own files are loaded if they
/// are still those that were judged, and nothing else of the host is handed out.
/// </summary>
internal sealed class PluginFence : AssemblyLoadContext
{
    private readonly PluginCopy copy;
    private string? breach;

    public PluginFence(string name, PluginCopy copy) : base($"Fence of {name}", isCollectible: true)
    {
        this.copy = copy;
        // Not McMaster's PluginLoader: it adds the probing paths of every runtimeconfig.json of the plugin and of the host.
        Code = new AssemblyLoadContextBuilder().SetMainAssemblyPath(copy.Entry).SetDefaultContext(this).PreferDefaultLoadContext(true)
            .EnableUnloading().Build();
        AppDomain.CurrentDomain.AssemblyLoad += See;
    }

    /// <summary>Raised once, when there is a <see cref="Breach"/>.</summary>
    public event Action? Broken;

    /// <summary>Where the plugin's assemblies are.</summary>
    public AssemblyLoadContext Code { get; }

    /// <summary>Which code is in the plugin, or was asked for by it, that nobody has checked.</summary>
    public string? Breach => Volatile.Read(ref breach);

    public Assembly LoadEntry() => Code.LoadFromAssemblyPath(copy.Entry);

    /// <returns>Dead once the runtime has collected the plugin's code.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public WeakReference Leave()
    {
        AppDomain.CurrentDomain.AssemblyLoad -= See;
        Code.Unload();
        Unload();
        return new WeakReference(Code, trackResurrection: true);
    }

    /// <summary>Asked by McMaster's loader for every name, before it looks itself.</summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is not { } name) return null;
        if (!HostAssemblies.IsShared(name) && copy.Find(assemblyName) is { } path)
        {
            // It takes the file when it has no answer, and an exception is none.
            if (copy.Holds(path)) throw new FileNotFoundException($"{name} is the plugin's own.", path);
            Break($"{copy.NameOf(path)} is not a file that was checked.");
            return Empty(assemblyName);
        }
        return HostAssemblies.IsWithheld(name) ? Empty(assemblyName) : Default.LoadFromAssemblyName(assemblyName);
    }

    // Without an answer the runtime would give the host's own. Who only looks whether a library is there finds nothing in this one.
    // Each is in a context of its own: a second of the same name in the fence would be refused, and a refusal is no answer.
    private static Assembly Empty(AssemblyName name)
    {
        var empty = new PersistedAssemblyBuilder(new AssemblyName { Name = name.Name, Version = name.Version }, typeof(object).Assembly);
        empty.DefineDynamicModule("empty");
        using var image = new MemoryStream();
        empty.Save(image);
        image.Position = 0;
        return new AssemblyLoadContext($"Instead of {name.Name}", isCollectible: true).LoadFromStream(image);
    }

    // The runtime swallows what a listener throws: all that can be done here is to remember. It is raised before code of the assembly runs.
    private void See(object? sender, AssemblyLoadEventArgs loaded)
    {
        var assembly = loaded.LoadedAssembly;
        if (GetLoadContext(assembly) != Code || assembly.IsDynamic) return;
        var name = assembly.GetName().Name ?? "";
        if (HostAssemblies.IsShared(name))
            Break($"It brings a {name} that is newer than the platform's, and both must use the same: build with {Shared(name)}.");
        else if (assembly.Location is not { Length: > 0 } path || !copy.Holds(path))
            Break($"It has loaded {name}, which is not one of its files that were checked.");
    }

    private static Version? Shared(string name) => Default.LoadFromAssemblyName(new AssemblyName(name)).GetName().Version;

    private void Break(string reason)
    {
        if (Interlocked.CompareExchange(ref breach, reason, null) is null) Broken?.Invoke();
    }
}
