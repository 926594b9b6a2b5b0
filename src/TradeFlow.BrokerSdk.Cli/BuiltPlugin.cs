using System.IO.Compression;
using System.Security.Cryptography;

namespace TradeFlow.BrokerSdk.Cli;

/// <summary>A built connector in a folder: its own, or a temporary one that a package was unpacked into.</summary>
internal sealed class BuiltPlugin : IDisposable
{
    public const string PackageExtension = ".tfconn";
    public const string ManifestFile = "connector.json";
    public const string ReportFile = "conformance.json";
    public const string SumsFile = "SHA256SUMS";
    private readonly bool isOurs;

    private BuiltPlugin(string folder, bool isOurs) => (Folder, this.isOurs) = (folder, isOurs);

    public string Folder { get; }

    /// <exception cref="CannotRunException">There is nothing that could be a connector, or the package is damaged.</exception>
    public static BuiltPlugin Open(string path)
    {
        if (File.Exists(path) && path.EndsWith(PackageExtension, StringComparison.OrdinalIgnoreCase)) return Unpack(path);
        if (!Directory.Exists(path)) throw new CannotRunException($"There is neither a folder nor a {PackageExtension} file at {path}. Build the connector first.");
        if (!File.Exists(Path.Combine(path, ManifestFile))) throw new CannotRunException($"There is no {ManifestFile} in {path}. The built folder is bin/plugin beside the project file.");
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

    /// <summary>Files with their names as the package has them, in order. What a package adds about itself is left out.</summary>
    public IEnumerable<(string Name, string Path)> Files() =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(Folder, file).Replace('\\', '/'), file))
            .Where(file => file.Name is not (SumsFile or ReportFile) && !file.Name.EndsWith(".pdb", StringComparison.OrdinalIgnoreCase))
            .OrderBy(file => file.Name, StringComparer.Ordinal);

    public static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public void Dispose()
    {
        if (isOurs) Directory.Delete(Folder, recursive: true);
    }

    private static BuiltPlugin Unpack(string package)
    {
        var folder = Directory.CreateTempSubdirectory("tradeflow-broker-").FullName;
        try
        {
            // It refuses names that lead out of the folder.
            ZipFile.ExtractToDirectory(package, folder);
            CheckSums(folder, package);
            return new BuiltPlugin(folder, isOurs: true);
        }
        catch (InvalidDataException)
        {
            Directory.Delete(folder, recursive: true);
            throw new CannotRunException($"{package} is no package, or it is damaged.");
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    // A missing, changed or added file: the package is not the one that was packed.
    private static void CheckSums(string folder, string package)
    {
        var sums = Path.Combine(folder, SumsFile);
        if (!File.Exists(sums)) throw new CannotRunException($"{package} has no {SumsFile}: pack it with tradeflow-broker pack.");
        var listed = File.ReadAllLines(sums).Select(line => line.Split("  ", 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[1], parts => parts[0], StringComparer.Ordinal);
        var present = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Where(name => name != SumsFile).ToList();
        var wrong = listed.Keys.Except(present, StringComparer.Ordinal).Select(name => $"{name} is missing")
            .Concat(present.Where(name => !listed.TryGetValue(name, out var sum) || sum != HashOf(File.ReadAllBytes(Path.Combine(folder, name)))).Select(name => $"{name} is not as it was packed")).ToList();
        if (wrong.Count > 0) throw new CannotRunException($"{package} does not agree with its {SumsFile}: {string.Join(", ", wrong)}.");
    }
}
