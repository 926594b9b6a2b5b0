using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>
/// The files of a connector, each read once: what is hashed, checked and used are the same bytes, whatever happens to the folder or the
/// archive meanwhile. Links are never followed.
/// </summary>
internal sealed class PackageFiles
{
    public const int MostFiles = 1000;
    public const long MostBytes = 256L << 20;

    // What a link is marked with in an archive that was made on Unix.
    private const int FileTypeMask = 0xF000;
    private const int LinkType = 0xA000;

    private readonly SortedDictionary<string, byte[]> contents = new(StringComparer.Ordinal);
    private long bytes;

    /// <summary>By name, in order.</summary>
    public IReadOnlyDictionary<string, byte[]> Contents => contents;

    /// <summary>
    /// Why this can be no connector, whatever its files say: a link, a name or a setting that leads out of the folder, more than any
    /// connector needs.
    /// </summary>
    public string? Problem { get; private set; }

    /// <exception cref="IOException">A file cannot be read, perhaps because it is being written.</exception>
    public static PackageFiles Read(string folder)
    {
        var files = new PackageFiles();
        foreach (var (name, entry) in Walk(folder))
        {
            if (entry is not FileInfo { LinkTarget: null } file) files.Problem ??= $"{name} is a link: put the file itself there";
            else if (files.HasRoomFor(file.Length)) files.Add(name, File.ReadAllBytes(file.FullName));
        }
        return files;
    }

    /// <summary>Everything below a folder that is no plain folder. Links are named and not entered.</summary>
    public static IEnumerable<(string Name, FileSystemInfo Entry)> Walk(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry is not DirectoryInfo { LinkTarget: null })
            {
                yield return (entry.Name, entry);
                continue;
            }
            foreach (var (name, below) in Walk(entry.FullName)) yield return ($"{entry.Name}/{name}", below);
        }
    }

    /// <summary>Nothing is written to a disk, and no more is unpacked than a connector may have.</summary>
    public static PackageFiles Unpack(Stream archive)
    {
        var files = new PackageFiles();
        try
        {
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read);
            foreach (var entry in zip.Entries)
            {
                if (files.Problem is not null) break;
                // The entry of a folder itself, which other tools write.
                if (entry.FullName.EndsWith('/') && entry.Length == 0 && FileNames.Problem(entry.FullName[..^1]) is null) continue;
                if (((entry.ExternalAttributes >> 16) & FileTypeMask) == LinkType) files.Problem = $"{entry.FullName} is a link";
                else if (files.contents.Keys.Contains(entry.FullName, StringComparer.OrdinalIgnoreCase))
                    files.Problem = $"{entry.FullName} is in it twice";
                else if (FileNames.Problem(entry.FullName) is { } problem) files.Problem = problem;
                else if (files.HasRoomFor(entry.Length)) files.Add(entry.FullName, ReadWithin(entry));
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            files.Problem ??= "it is no package, or it is damaged";
        }
        return files;
    }

    /// <summary>SHA-256 over the names and contents of all files, in the order of their names.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData([0]);
            hash.AppendData(SHA256.HashData(content));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>UTF-8, or <c>null</c> when there is no such file.</summary>
    public string? Text(string name) => contents.TryGetValue(name, out var content) ? Encoding.UTF8.GetString(content) : null;

    public void CopyTo(string folder)
    {
        foreach (var (name, content) in contents)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // a file below a folder has one
            File.WriteAllBytes(path, content);
        }
    }

    // What an archive says of a length need not be true: no byte more than that is taken out of it.
    private static byte[] ReadWithin(ZipArchiveEntry entry)
    {
        var content = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }

    private bool HasRoomFor(long length)
    {
        if (contents.Count < MostFiles && bytes + length <= MostBytes) return true;
        Problem ??= $"it holds more than {MostFiles} files or {MostBytes >> 20} MB, which no connector needs";
        return false;
    }

    private void Add(string name, byte[] content)
    {
        // Loaders look for assemblies in the folders that it names.
        if (name.Contains(".runtimeconfig.", StringComparison.OrdinalIgnoreCase)
            && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            Problem ??= $"{name} may name other folders to load code from: leave it out, a connector brings all that it needs";
        contents[name] = content;
        bytes += content.Length;
    }
}
