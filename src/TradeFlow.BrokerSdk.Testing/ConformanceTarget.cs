using System.Reflection;
using System.Runtime.Loader;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>
/// What is put to the test: the built folder of a plugin and the double of its broker. A partner's test project has one subclass with a
/// public parameterless constructor.
/// </summary>
public abstract class ConformanceTarget
{
    /// <summary>
    /// The built folder: entry assembly, <c>connector.json</c>, the plugin's own dependencies. The kit loads it as the platform does.
    /// </summary>
    public abstract string PluginFolder { get; }

    /// <summary>The folder of recorded answers (<c>outcomes*.json</c>).</summary>
    public virtual string TestDataFolder => Path.Combine(PluginFolder, "testdata");

    /// <summary>Where a complete report is written by the xunit layer; <c>null</c> writes none.</summary>
    public virtual string? ReportPath => null;

    /// <summary>Opens the venue double. It is opened once a run and reset before every case.</summary>
    public abstract Task<IVenue> OpenVenueAsync(CancellationToken ct);

    /// <summary>The target that a test assembly brings, for a run without a test runner.</summary>
    /// <param name="assemblyPath">An assembly with exactly one public subclass of this class.</param>
    /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
    public static ConformanceTarget FromAssembly(string assemblyPath)
    {
        var path = Path.GetFullPath(assemblyPath);
        var types = new TargetLoadContext(path).LoadFromAssemblyPath(path).GetExportedTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(ConformanceTarget))).ToList();
        return types.Count == 1
            ? (ConformanceTarget)Activator.CreateInstance(types[0])!
            : throw new InvalidOperationException(
                $"{Path.GetFileName(path)} has {types.Count} public subclasses of ConformanceTarget; one is needed.");
    }

    /// <summary>Looks for a file or folder from the test's own folder upwards, such as <c>artifacts/plugins/Paper</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">It is nowhere above.</exception>
    protected static string Near(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, relativePath);
            if (Path.Exists(candidate)) return candidate;
        }
        throw new DirectoryNotFoundException($"There is no {relativePath} above {AppContext.BaseDirectory}. Build the plugin first.");
    }

    // The kit and the SDK come from the running program, so that the types are the same.
    private sealed class TargetLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is "TradeFlow.BrokerSdk.Testing" || LoadedPlugin.IsShared(assemblyName.Name)) return null;
            return resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
        }
    }
}

/// <summary>A plugin folder with a venue double that the caller has, or without one: then only what needs none is run.</summary>
public sealed class PluginFolderTarget : ConformanceTarget
{
    private readonly Func<CancellationToken, Task<IVenue>>? openVenue;

    /// <summary>A target made on the spot.</summary>
    /// <param name="pluginFolder">The built folder.</param>
    /// <param name="openVenue">Opens the venue double; <c>null</c> runs the cases that need none.</param>
    /// <param name="testDataFolder">The recorded answers, when they are not in the plugin's own <c>testdata</c>.</param>
    public PluginFolderTarget(string pluginFolder, Func<CancellationToken, Task<IVenue>>? openVenue = null, string? testDataFolder = null)
    {
        PluginFolder = Path.GetFullPath(pluginFolder);
        TestDataFolder = testDataFolder ?? base.TestDataFolder;
        this.openVenue = openVenue;
    }

    /// <inheritdoc/>
    public override string PluginFolder { get; }

    /// <inheritdoc/>
    public override string TestDataFolder { get; }

    internal bool HasVenue => openVenue is not null;

    /// <inheritdoc/>
    public override Task<IVenue> OpenVenueAsync(CancellationToken ct) =>
        openVenue?.Invoke(ct) ?? throw new InvalidOperationException("There is no venue double.");
}
