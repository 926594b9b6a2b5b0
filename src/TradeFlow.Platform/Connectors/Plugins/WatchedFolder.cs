using Semver;
using TradeFlow.BrokerSdk;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>One plugin folder from look to look.</summary>
internal sealed class WatchedFolder
{
    private static readonly SemVersion Unread = new(0, 0, 0);
    private string? readStamp;
    private PluginFolder? seen;
    private PluginFolder? read;

    public DateTimeOffset UnchangedSince { get; private set; }

    /// <summary>There is something that has not been read yet, or the folder is missing.</summary>
    public bool IsUnsettled => seen is null || seen.Stamp != readStamp;

    public PluginFolder Folder => read ?? throw new InvalidOperationException("The folder has not been read.");
    public string Path => Folder.Path;

    /// <summary>Known once the folder has been read.</summary>
    public string? Slug => read is null ? null : Manifest.Slug;
    public ConnectorManifest Manifest { get; private set; } = Placeholder("unknown");
    public SemVersion Version { get; private set; } = Unread;
    public string Sha256 { get; private set; } = "";
    public (PluginState State, string Reason)? Refusal { get; private set; }
    public bool IsSuperseded { get; set; }
    public PluginConformance? Conformance { get; private set; }
    public PluginOrigin Origin { get; private set; } = PluginOrigin.Unknown;

    public void See(PluginFolder folder, DateTimeOffset now)
    {
        if (seen?.Stamp == folder.Stamp) return;
        seen = folder;
        UnchangedSince = now;
    }

    public void Miss(DateTimeOffset now)
    {
        if (seen is null) return;
        seen = null;
        UnchangedSince = now;
    }

    public void Read(PluginFolder folder, PluginOptions options, TrustCheck trust)
    {
        // First, because it throws while files are being written: then nothing has been read.
        var files = PackageFiles.Read(folder.Path);
        Sha256 = files.Hash();
        (read, readStamp, Refusal, IsSuperseded, Conformance, Origin) = (folder, folder.Stamp, null, false, null, PluginOrigin.Unknown);
        try
        {
            Manifest = PluginFolder.ReadManifest(files);
            Version = SemVersion.Parse(Manifest.Version, SemVersionStyles.Strict);
            Conformance = ConformanceFile.Read(files, Manifest);
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException))
        {
            // Whatever a manifest does to its reader, only its own plugin may suffer.
            (Manifest, Version) = (Placeholder(folder.Name), Unread);
            Refuse(PluginState.NotSupported, e.Message);
            return;
        }
        (Origin, var untrusted) = trust.Judge(folder, files, Manifest.Slug, Sha256);
        if (options.Disabled.Contains(Manifest.Slug, StringComparer.Ordinal))
            Refuse(PluginState.Disabled, "Switched off by the operator (Plugins:Disabled).");
        else if (untrusted is not null) Refuse(PluginState.NotSupported, untrusted);
    }

    /// <summary>Its files are others by now: they are read and judged again at the next look.</summary>
    public void ReadAgain() => readStamp = null;

    public void Refuse(PluginState state, string reason) => Refusal = (state, reason);

    public PluginStatus Status(PluginState state, string? reason) =>
        new(Manifest.Slug, Manifest, state, reason, Sha256, Folder.Path) { Conformance = Conformance, Origin = Origin };

    // A folder without a readable manifest is shown under its own name.
    private static ConnectorManifest Placeholder(string folder)
    {
        var slug = new string([.. folder.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Take(32)]);
        return new ConnectorManifest
        {
            Slug = slug.Length == 0 ? "unknown" : slug,
            Id = folder,
            Name = folder,
            Version = "0.0.0",
            Sdk = "^0.0",
            EntryAssembly = "unknown.dll",
            Environments = [],
            Capabilities = new ConnectorCapabilities { OrderTypes = [], PositionMode = "netting", QuantityUnit = "units", Stream = "poll" },
            ClientOrderId = new ClientOrderIdRule { Mode = "none" },
            Lookup = new LookupRule(),
            Connect = new ConnectForm { Fields = [] },
        };
    }
}
