using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.BrokerSdk.Cli;

/// <summary>A built connector in a folder: its own, or a temporary one that a package was unpacked into.</summary>
internal sealed class BuiltPlugin : IDisposable
{
    public const string PackageExtension = ".tfconn";
    public const string ManifestFile = "connector.json";
    public const string ReportFile = "conformance.json";
    private readonly bool isOurs;

    private BuiltPlugin(string folder, bool isOurs) => (Folder, this.isOurs) = (folder, isOurs);

    public string Folder { get; }

    /// <exception cref="CannotRunException">There is nothing that could be a connector, or the package is damaged.</exception>
    public static BuiltPlugin Open(string path)
    {
        if (File.Exists(path) && path.EndsWith(PackageExtension, StringComparison.OrdinalIgnoreCase)) return Unpack(path);
        if (!Directory.Exists(path))
            throw new CannotRunException($"There is neither a folder nor a {PackageExtension} file at {path}. Build the connector first.");
        if (!File.Exists(Path.Combine(path, ManifestFile)))
            throw new CannotRunException($"There is no {ManifestFile} in {path}. The built folder is bin/plugin beside the project file.");
        return new BuiltPlugin(Path.GetFullPath(path), isOurs: false);
    }

    /// <exception cref="CannotRunException">The manifest has problems; all of them are named.</exception>
    public ConnectorManifest ReadManifest()
    {
        try
        {
            return ConnectorManifest.Parse(File.ReadAllText(Path.Combine(Folder, ManifestFile)));
        }
        catch (FormatException e)
        {
            throw new CannotRunException(e.Message);
        }
    }

    /// <summary>The files as a package has them, in order of their names. What a package says about itself is left out.</summary>
    /// <exception cref="CannotRunException">There is something among them that no package may hold.</exception>
    public Dictionary<string, byte[]> Files()
    {
        var files = PackageFiles.Read(Folder);
        if (files.Problem is { } problem) throw new CannotRunException($"{Folder} cannot be packed: {problem}.");
        return files.Contents
            .Where(file => file.Key is not (FileSums.FileName or ReportFile or PackageSignature.FileName)
                && !file.Key.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        if (isOurs) Directory.Delete(Folder, recursive: true);
    }

    // Nothing is written before it is known to be what was packed.
    private static BuiltPlugin Unpack(string package)
    {
        using var archive = File.OpenRead(package);
        var files = PackageFiles.Unpack(archive);
        if ((files.Problem ?? SignedPackage.SumsProblem(files)) is { } problem)
            throw new CannotRunException($"{package} cannot be used: {problem}. Pack it again with tradeflow-broker pack.");
        var folder = Directory.CreateTempSubdirectory("tradeflow-broker-").FullName;
        files.CopyTo(folder);
        return new BuiltPlugin(folder, isOurs: true);
    }
}
