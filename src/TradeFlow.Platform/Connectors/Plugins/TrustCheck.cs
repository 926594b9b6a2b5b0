using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// Decides whose code may run in the Worker. A signature that is there has to be right everywhere; what nobody vouches for is refused
/// unless <c>Plugins:RequireSignature</c> is off, as it is in Development. Nothing is trusted for its name.
/// </summary>
internal sealed class TrustCheck(IOptions<PluginOptions> options, IHostEnvironment environment)
{
    private readonly IReadOnlyList<(string Publisher, PublisherKey Key)> allowed =
        [.. options.Value.Publishers.Select(publisher => (publisher.Name, publisher.Key()))];

    private bool IsRequired => options.Value.RequireSignature ?? !environment.IsDevelopment();

    /// <returns>Where the files come from, and why they must not run, or <c>null</c>.</returns>
    public (PluginOrigin Origin, string? Refusal) Judge(PluginFolder folder, PackageFiles files, string slug, string sha256)
    {
        if (files.Problem is { } unfit) return (PluginOrigin.Unknown, $"It cannot be checked: {unfit}.");
        var (signature, problem) = SignedPackage.Read(files);
        if (problem is not null) return (PluginOrigin.Unknown,
            $"It is not what was signed: {problem}. Install the package again; to run it unsigned in Development, delete its {PackageSignature.FileName}.");
        if (signature is not null && options.Value.RevokedKeys.Contains(signature.KeyId, StringComparer.OrdinalIgnoreCase))
            return (PluginOrigin.Unknown, $"Its key {signature.KeyId} is revoked (Plugins:RevokedKeys): ask {signature.Publisher} for a package signed with a key that is not.");
        if (signature is not null && allowed.FirstOrDefault(one => one.Key.Id == signature.KeyId) is { Key: { } key } known)
            return JudgeSignature(files, signature, known.Publisher, key);

        var unlisted = PluginLock.Problem(folder, files, slug, sha256);
        if (unlisted is null) return (new PluginOrigin(PluginTrust.Lock) { IsOwn = PluginLock.IsBuilt(folder, files) }, null);
        if (!IsRequired) return (PluginOrigin.Unknown, null);
        return (PluginOrigin.Unknown, signature is null
            ? $"It is unsigned. {unlisted} Or install a package that an allowed publisher has signed (Plugins:Publishers)."
            : $"It is signed by {signature.Publisher} with the key {signature.KeyId}, which is not allowed: ask {signature.Publisher} whether that is theirs, then add it to Plugins:Publishers.");
    }

    private static (PluginOrigin Origin, string? Refusal) JudgeSignature(
        PackageFiles files, PackageSignature signature, string publisher, PublisherKey key)
    {
        if (signature.Publisher != publisher) return (PluginOrigin.Unknown,
            $"It names {signature.Publisher} as its publisher, but the key {key.Id} is that of {publisher}: install a package as {publisher} has signed it.");
        return files.IsSignedBy(signature, key)
            ? (new PluginOrigin(PluginTrust.Signature, publisher, key.Id), null)
            : (PluginOrigin.Unknown, $"Its {PackageSignature.FileName} is not one of {publisher} over this {FileSums.FileName}: the list was changed, or the signature is that of another package. Install the package again.");
    }
}
