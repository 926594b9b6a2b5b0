using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Plugins;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>Makes of a built folder what a publisher's package leaves when it is installed.</summary>
internal static class SignedFolders
{
    public static void Sign(string folder, SigningKey key)
    {
        var sums = FileSums.Write(PackageFiles.Read(folder).Contents);
        File.WriteAllBytes(Path.Combine(folder, FileSums.FileName), sums);
        File.WriteAllText(Path.Combine(folder, PackageSignature.FileName), key.Sign(sums).ToJson());
    }

    public static Dictionary<string, string?> Allowing(params SigningKey[] keys)
    {
        Dictionary<string, string?> settings = [];
        foreach (var (index, key) in keys.Index())
        {
            settings[$"Plugins:Publishers:{index}:Name"] = key.Publisher;
            settings[$"Plugins:Publishers:{index}:PublicKey"] = key.Public.ToPem();
        }
        return settings;
    }

    public static PluginOptions Options(params SigningKey[] keys) =>
        new() { Publishers = [.. keys.Select(key => new AllowedPublisher { Name = key.Publisher, PublicKey = key.Public.ToPem() })] };
}
