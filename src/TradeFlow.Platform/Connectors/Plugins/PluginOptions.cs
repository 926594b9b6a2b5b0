using System.ComponentModel.DataAnnotations;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>The section <c>Plugins</c>.</summary>
internal sealed class PluginOptions : IValidatableObject
{
    /// <summary>Folders that hold one sub-folder per plugin. They may be missing at start and appear later.</summary>
    public List<string> Directories { get; set; } = [];

    /// <summary>Slugs that are not to be loaded.</summary>
    public List<string> Disabled { get; set; } = [];

    /// <summary>Whose signed plugins may run. Two entries of one name are two keys of one publisher.</summary>
    public List<AllowedPublisher> Publishers { get; set; } = [];

    /// <summary>Ids of keys that nothing may be signed with any more, whoever has them.</summary>
    public List<string> RevokedKeys { get; set; } = [];

    /// <summary>
    /// Whether a plugin needs a publisher's signature or a place in a lock to be loaded. True outside Development when it is not set.
    /// </summary>
    public bool? RequireSignature { get; set; }

    /// <summary>Where copies of the plugins run from, each Worker in a folder of its own; the temporary folder when empty.</summary>
    public string? ShadowPath { get; set; }

    /// <summary>Which plugins run in processes of their own.</summary>
    public PluginProcesses Processes { get; set; } = PluginProcesses.All;

    /// <summary>Megabytes of memory that the process of one plugin may use.</summary>
    [Range(192, 65536)]
    public int ProcessMemoryMb { get; set; } = 1024;

    /// <summary>How often the folders are read again, whatever the file system reports.</summary>
    [Range(0.05, 60)]
    public double PollSeconds { get; set; } = 2;

    /// <summary>How long a folder must stay unchanged before it is loaded.</summary>
    [Range(0.05, 60)]
    public double SettleSeconds { get; set; } = 0.5;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach (var (index, publisher) in Publishers.Index())
        {
            var path = $"Plugins:Publishers:{index}";
            if (!PublisherNames.IsOne(publisher.Name)) yield return new ValidationResult($"{path}:Name: use {PublisherNames.Rule}.");
            if (publisher.Problem() is { } problem) yield return new ValidationResult($"{path}:PublicKey: {problem}.");
            else if (!keys.Add(publisher.Key().Id))
                yield return new ValidationResult($"{path}:PublicKey: this key is listed already, and a key is one publisher's alone.");
        }
        foreach (var (index, key) in RevokedKeys.Index())
            if (key.Length != 64 || !key.All(char.IsAsciiHexDigit))
                yield return new ValidationResult($"Plugins:RevokedKeys:{index}: a key's id has 64 hexadecimal digits.");
    }
}

/// <summary>Which plugins run in processes of their own.</summary>
internal enum PluginProcesses
{
    /// <summary>Those that were not built with the Worker.</summary>
    Foreign,

    All,

    None,
}

/// <summary>A publisher and one of its keys.</summary>
internal sealed class AllowedPublisher
{
    public string Name { get; set; } = "";

    /// <summary>PEM, or the same in Base64 on one line.</summary>
    public string PublicKey { get; set; } = "";

    /// <exception cref="FormatException">It is none.</exception>
    public PublisherKey Key() => PublisherKey.Parse(PublicKey);

    public string? Problem()
    {
        try
        {
            Key();
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
