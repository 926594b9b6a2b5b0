namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>The folders of one process.</summary>
/// <param name="Copy">The plugin's files, which it reads.</param>
/// <param name="Seen">What else it reads: the runtime and the program.</param>
internal sealed record ProcessFolders(string Copy, IReadOnlyList<string> Seen)
{
    /// <summary>Empty; its own root stands there, where it has one.</summary>
    public string Root => Copy + ".root";

    /// <summary>Where it may write, where it has no root of its own.</summary>
    public string Temporary => Copy + ".tmp";

    public void Make()
    {
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Temporary);
    }

    public void Remove()
    {
        foreach (var folder in new[] { Root, Temporary })
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A process is still leaving it: the next start of a Worker removes it.
            }
        }
    }
}
