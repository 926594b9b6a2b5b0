using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// Reads the SDK version that a plugin was really compiled against, before any of its code runs. A plugin built on a newer SDK would
/// otherwise fail with a missing method in the middle of an order.
/// </summary>
internal static class SdkVersionCheck
{
    private const string SdkName = "TradeFlow.BrokerSdk";
    private static readonly Version Ours = typeof(IConnectorFactory).Assembly.GetName().Version
        ?? throw new InvalidOperationException("The SDK has no version.");

    /// <returns>Why the plugin cannot run here, with the mend, or <c>null</c>.</returns>
    public static string? Problem(string assembly, ConnectorManifest manifest)
    {
        if (!File.Exists(assembly))
            return $"{manifest.EntryAssembly} is missing in the plugin's folder: build the plugin again, or mend entryAssembly in connector.json.";
        Version? built;
        try
        {
            built = ReadReference(assembly);
        }
        catch (BadImageFormatException)
        {
            return $"{manifest.EntryAssembly} is no .NET assembly: build the plugin again.";
        }
        if (built is null) return $"{manifest.EntryAssembly} does not use {SdkName}: entryAssembly in connector.json must name the assembly with the IConnectorFactory.";
        return Compare(built, "was built against")
            ?? (Version.TryParse(manifest.Sdk[1..], out var declared) ? Compare(declared, "asks in connector.json for") : null);
    }

    internal static string? Compare(Version wanted, string verb)
    {
        if (wanted.Major == Ours.Major && wanted.Minor <= Ours.Minor) return null;
        var mend = wanted > Ours
            ? $"use an older version of the plugin, or update the platform to one with SDK {wanted.Major}.{wanted.Minor}"
            : $"build the plugin again with SDK {Ours.Major}.{Ours.Minor}";
        return $"The plugin {verb} SDK {wanted.Major}.{wanted.Minor} and this platform has {Ours.Major}.{Ours.Minor}: {mend}.";
    }

    private static Version? ReadReference(string assembly)
    {
        using var file = File.OpenRead(assembly);
        return AssemblyReferences.Read(file).FirstOrDefault(reference => reference.Name == SdkName).Version;
    }
}
