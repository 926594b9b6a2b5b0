using System.CommandLine;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.BrokerSdk.Cli;

/// <summary>What is said of a package's signature.</summary>
/// <param name="Text">In words.</param>
/// <param name="IsWrong">It is not what it claims to be.</param>
internal sealed record Seal(string Text, bool IsWrong);

/// <summary>Reads and checks signatures for the commands.</summary>
internal static class Signatures
{
    public static Option<string[]> KeysOption() => new("--publisher-key")
    {
        Description = "A publisher's public key (.pub), to check signatures with. It may be given several times."
    };

    /// <exception cref="CannotRunException">One of them is no public key.</exception>
    public static IReadOnlyList<PublisherKey> ReadKeys(string[]? files) => [.. (files ?? []).Select(KeyFile.ReadPublic)];

    public static Seal Of(PackageFiles files, IReadOnlyList<PublisherKey> keys)
    {
        if (files.Problem is { } unfit) return new Seal(unfit, IsWrong: true);
        var (signature, problem) = SignedPackage.Read(files);
        if (problem is not null) return new Seal(problem, IsWrong: true);
        // Whoever names a key wants to know whose files they are.
        if (signature is null) return new Seal("unsigned", IsWrong: keys.Count > 0);
        var whose = $"signed by {signature.Publisher}, key {signature.KeyId}";
        if (keys.Count == 0) return new Seal($"{whose} (not checked: name the publisher's key with --publisher-key)", IsWrong: false);
        if (keys.FirstOrDefault(key => key.Id == signature.KeyId) is not { } known)
            return new Seal($"{whose}, which is none of the keys given", IsWrong: true);
        return files.IsSignedBy(signature, known) ? new Seal($"{whose} (checked)",
            IsWrong: false) : new Seal($"the signature is not one of the key {signature.KeyId} over these files", IsWrong: true);
    }
}
