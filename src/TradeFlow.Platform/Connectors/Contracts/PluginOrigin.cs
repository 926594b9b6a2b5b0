namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>What vouches for the files of a plugin. The names are stored and shown.</summary>
public enum PluginTrust
{
    /// <summary>Nothing: it is unsigned, or signed by somebody who is not an allowed publisher.</summary>
    None,

    /// <summary>The build or the operator lists just these files.</summary>
    Lock,

    /// <summary>An allowed publisher has signed just these files.</summary>
    Signature,
}

/// <summary>Where a plugin comes from.</summary>
/// <param name="Trust">What says so.</param>
/// <param name="Publisher">Proven by the signature, therefore empty without one.</param>
/// <param name="KeyId">SHA-256 of the publisher's public key.</param>
public sealed record PluginOrigin(PluginTrust Trust, string? Publisher = null, string? KeyId = null)
{
    /// <summary>Built with this Worker: one of the platform's own. It is known where the files are.</summary>
    public bool IsOwn { get; init; }

    public static PluginOrigin Unknown { get; } = new(PluginTrust.None);
}
