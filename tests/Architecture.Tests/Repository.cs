using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace TradeFlow.Architecture.Tests;

internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string[] Projects { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar)
                .Any(part => part is "obj" or "bin" or "node_modules" or "artifacts" or ".tradeflow" or "content"))
            .Order(StringComparer.Ordinal),
    ];

    public static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    public static string[] ProjectReferences(string project) =>
        [.. XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];

    public static string[] PackageReferences(string project) =>
        [.. XDocument.Load(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)];

    private static string FindRoot([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "TradeFlow.sln"))) return folder;
        throw new InvalidOperationException("TradeFlow.sln is in no folder above this file.");
    }
}
