using System.Reflection;
using System.Runtime.CompilerServices;
using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>A plugin that cannot run here, with the state to show and the reason in words.</summary>
internal sealed class PluginRefusedException(Contracts.PluginState state, string reason) : Exception(reason)
{
    public Contracts.PluginState State { get; } = state;
}

/// <summary>From a copy of the folder to a factory.</summary>
internal static class PluginLoader
{
    /// <param name="shadow">The copy.</param>
    /// <param name="files">What was checked and copied: an assembly that is not byte for byte one of these is not loaded.</param>
    /// <param name="manifest">The plugin's own.</param>
    /// <exception cref="PluginRefusedException">It cannot run here.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static (PluginLoadContext Context, IConnectorFactory Factory) Load(string shadow, PackageFiles files, ConnectorManifest manifest)
    {
        var entry = Path.Combine(shadow, manifest.EntryAssembly);
        if (SdkVersionCheck.Problem(entry, manifest) is { } problem) throw new PluginRefusedException(Contracts.PluginState.NotSupported, problem);
        var context = new PluginLoadContext($"{manifest.Slug} {manifest.Version}", shadow, entry, files);
        try
        {
            return (context, Create(context, entry));
        }
        catch
        {
            context.Unload();
            throw;
        }
    }

    // Separate, so that no local of the loading method keeps a type of a plugin that is unloaded later.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IConnectorFactory Create(PluginLoadContext context, string entry)
    {
        Type[] types;
        try
        {
            types = context.LoadChecked(entry).GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            var causes = e.LoaderExceptions.OfType<Exception>().Select(cause => cause is FileNotFoundException { FileName: { } file } ? $"{file.Split(',')[0]} is missing" : cause.Message);
            throw new PluginRefusedException(Contracts.PluginState.NotSupported, $"Its types cannot be loaded: {string.Join("; ", causes.Distinct(StringComparer.Ordinal).Take(3))}. Publish the plugin with all it depends on.");
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new PluginRefusedException(Contracts.PluginState.NotSupported, $"Its assembly cannot be loaded: {e.Message}");
        }
        var factories = types.Where(type => type is { IsPublic: true, IsAbstract: false } && typeof(IConnectorFactory).IsAssignableFrom(type)).ToList();
        if (factories.Count != 1)
            throw new PluginRefusedException(Contracts.PluginState.NotSupported, $"{Path.GetFileName(entry)} has {factories.Count} public classes that implement IConnectorFactory; exactly one is needed.");
        if (factories[0].GetConstructor(Type.EmptyTypes) is null)
            throw new PluginRefusedException(Contracts.PluginState.NotSupported, $"{factories[0].FullName} needs a public constructor without parameters.");
        try
        {
            return (IConnectorFactory)Activator.CreateInstance(factories[0])!; // a class has an instance
        }
        catch (Exception e) when (e is TargetInvocationException or TypeLoadException or FileNotFoundException or MissingMethodException)
        {
            var cause = e.InnerException ?? e;
            throw new PluginRefusedException(Contracts.PluginState.Faulted, $"Its constructor threw {cause.GetType().Name}: {cause.Message}");
        }
    }
}
