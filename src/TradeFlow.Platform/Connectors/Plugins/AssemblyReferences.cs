using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>What an assembly was compiled against, read from its metadata before any of its code runs.</summary>
internal static class AssemblyReferences
{
    /// <returns>Nothing of a file without metadata, such as native code.</returns>
    /// <exception cref="BadImageFormatException">It is neither.</exception>
    public static IReadOnlyList<(string Name, Version Version)> Read(Stream assembly)
    {
        using var image = new PEReader(assembly);
        if (!image.HasMetadata) return [];
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
            .Select(reference => (metadata.GetString(reference.Name), reference.Version))];
    }
}
