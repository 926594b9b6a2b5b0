using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>Where a plugin stands. The names are stored and shown.</summary>
public enum PluginState
{
    /// <summary>Loaded; takes new sessions.</summary>
    Active,

    /// <summary>Switched off by the operator.</summary>
    Disabled,

    /// <summary>It cannot be loaded here; the reason says the mend.</summary>
    NotSupported,

    /// <summary>It failed while loading, or too often since.</summary>
    Faulted,

    /// <summary>A newer version has taken over and its last sessions are ending.</summary>
    Draining,

    /// <summary>A newer version has taken over.</summary>
    Superseded,

    /// <summary>Its folder is gone.</summary>
    Deleted,
}

/// <summary>
/// One broker as the catalogue has it. A plugin whose manifest cannot be read has a manifest that holds no more than its folder's name.
/// </summary>
public sealed record CatalogueEntry
{
    public required string Slug { get; init; }
    public required ConnectorManifest Manifest { get; init; }
    public required PluginState State { get; init; }

    /// <summary>Why it is not <see cref="PluginState.Active"/>, with the mend.</summary>
    public string? Reason { get; init; }
    public required string Sha256 { get; init; }
    public required string Folder { get; init; }
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Sessions that run on this version.</summary>
    public int Sessions { get; init; }
    public PluginConformance? Conformance { get; init; }
    public required PluginOrigin Origin { get; init; }

    public bool IsUsable => State == PluginState.Active;

    internal bool Answers(string slugOrAlias) => Slug == slugOrAlias || Manifest.Aliases.Contains(slugOrAlias, StringComparer.Ordinal);
}
