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
    /// <param name="files">What was checked and copied: nothing is loaded of a copy that is not byte for byte these.</param>
    /// <param name="manifest">The plugin's own.</param>
    /// <exception cref="PluginRefusedException">It cannot run here.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static (PluginFence Fence, IConnectorFactory Factory) Load(string shadow, PackageFiles files, ConnectorManifest manifest)
    {
        var copy = new PluginCopy(shadow, manifest.EntryAssembly, files);
        if ((copy.Difference() ?? SdkVersionCheck.Problem(copy.Entry, manifest) ?? copy.Escape(files)) is { } problem)
            throw new PluginRefusedException(Contracts.PluginState.NotSupported, problem);
        var fence = new PluginFence($"{manifest.Slug} {manifest.Version}", copy);
        try
        {
            return (fence, Create(fence, copy.Entry));
        }
        catch
        {
            fence.Leave();
            // What it was not given is why the rest has failed.
            RefuseBroken(fence);
            throw;
        }
    }

    // Separate, so that no local of the loading method keeps a type of a plugin that is unloaded later.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IConnectorFactory Create(PluginFence fence, string entry)
    {
        Type[] types;
        try
        {
            types = fence.LoadEntry().GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            var causes = e.LoaderExceptions.OfType<Exception>().Select(
                cause => cause is FileNotFoundException { FileName: { } file } ? $"{file.Split(',')[0]} is missing" : cause.Message);
            throw new PluginRefusedException(Contracts.PluginState.NotSupported,
                $"Its types cannot be loaded: {string.Join("; ", causes.Distinct(StringComparer.Ordinal).Take(3))}. Publish the plugin with all it depends on.");
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new PluginRefusedException(Contracts.PluginState.NotSupported, $"Its assembly cannot be loaded: {e.Message}");
        }
        RefuseBroken(fence);
        var factories =
            types.Where(type => type is { IsPublic: true, IsAbstract: false } && typeof(IConnectorFactory).IsAssignableFrom(type)).ToList();
        if (factories.Count != 1)
            throw new PluginRefusedException(Contracts.PluginState.NotSupported,
                $"{Path.GetFileName(entry)} has {factories.Count} public classes that implement IConnectorFactory; exactly one is needed.");
        if (factories[0].GetConstructor(Type.EmptyTypes) is null)
            throw new PluginRefusedException(Contracts.PluginState.NotSupported,
                $"{factories[0].FullName} needs a public constructor without parameters.");
        try
        {
            var factory = (IConnectorFactory)Activator.CreateInstance(factories[0])!; // a class has an instance
            RefuseBroken(fence);
            return factory;
        }
        catch (Exception e) when (e is TargetInvocationException or TypeLoadException or FileNotFoundException or MissingMethodException)
        {
            var cause = e.InnerException ?? e;
            throw new PluginRefusedException(Contracts.PluginState.Faulted,
                $"Its constructor threw {cause.GetType().Name}: {cause.Message}");
        }
    }

    private static void RefuseBroken(PluginFence fence)
    {
        if (fence.Breach is { } breach) throw new PluginRefusedException(Contracts.PluginState.NotSupported, breach);
    }
}
