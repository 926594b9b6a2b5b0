using Mono.Cecil;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>A directory of plugins of one test's own, into which it drops copies of the sample plugins.</summary>
internal sealed class PluginFolders : IDisposable
{
    private static readonly string Samples = Path.Combine(Repository.Root, "artifacts", "sample-plugins");

    public string Location { get; } = Directory.CreateTempSubdirectory("tradeflow-plugins-test-").FullName;

    /// <summary>Where the Worker of the test runs its copies from.</summary>
    public string Shadow { get; } = Directory.CreateTempSubdirectory("tradeflow-shadow-test-").FullName;

    public int CopiesInUse => Directory.EnumerateDirectories(Shadow).SelectMany(Directory.EnumerateDirectories).Count();

    /// <summary>Puts a sample into a folder, as one move, with pieces of its manifest replaced.</summary>
    public string Drop(string sample, string folder, params (string Old, string New)[] manifest) =>
        Drop(sample, folder, _ => { }, manifest);

    /// <summary>The same, bent further before it is moved into place.</summary>
    public string Drop(string sample, string folder, Action<string> bend, params (string Old, string New)[] manifest)
    {
        var staging = Directory.CreateTempSubdirectory("tradeflow-staging-test-").FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Samples, sample)))
            File.Copy(file, Path.Combine(staging, Path.GetFileName(file)));
        var path = Path.Combine(staging, PluginFolder.ManifestFile);
        var text = File.ReadAllText(path);
        foreach (var (old, changed) in manifest)
        {
            text.ShouldContain(old);
            text = text.Replace(old, changed, StringComparison.Ordinal);
        }
        File.WriteAllText(path, text);
        bend(staging);
        var target = Path.Combine(Location, folder);
        if (Directory.Exists(target)) Directory.Move(target, staging + "-old");
        Directory.Move(staging, target);
        if (Directory.Exists(staging + "-old")) Directory.Delete(staging + "-old", recursive: true);
        return target;
    }

    public void Remove(string folder) => Directory.Delete(Path.Combine(Location, folder), recursive: true);

    /// <summary>Makes a dropped sample look as if it had been compiled against another SDK.</summary>
    public static void BuildAgainst(string folder, Version sdk)
    {
        var path = Path.Combine(folder, "TradeFlow.SamplePlugins.Good.dll");
        using var module = ModuleDefinition.ReadModule(new MemoryStream(File.ReadAllBytes(path)));
        module.AssemblyReferences.Single(reference => reference.Name == "TradeFlow.BrokerSdk").Version = sdk;
        module.Write(path);
    }

    public void Dispose()
    {
        Directory.Delete(Location, recursive: true);
        Directory.Delete(Shadow, recursive: true);
    }
}
