using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>The section <c>Plugins</c>.</summary>
internal sealed class PluginOptions
{
    /// <summary>Folders that hold one sub-folder per plugin. They may be missing at start and appear later.</summary>
    public List<string> Directories { get; set; } = [];

    /// <summary>Slugs that are not to be loaded.</summary>
    public List<string> Disabled { get; set; } = [];

    /// <summary>Where copies of the plugins run from; a folder of the process below the temporary folder when empty.</summary>
    public string? ShadowPath { get; set; }

    /// <summary>How often the folders are read again, whatever the file system reports.</summary>
    [Range(0.05, 60)]
    public double PollSeconds { get; set; } = 2;

    /// <summary>How long a folder must stay unchanged before it is loaded.</summary>
    [Range(0.05, 60)]
    public double SettleSeconds { get; set; } = 0.5;
}
