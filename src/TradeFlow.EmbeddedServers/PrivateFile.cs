namespace TradeFlow.EmbeddedServers;

/// <summary>Files that only the user who runs the AppHost may read, from their first byte on.</summary>
internal static class PrivateFile
{
    internal static async Task WriteAsync(string path, string text, CancellationToken ct)
    {
        await using var file = new StreamWriter(path, Options());
        await file.WriteAsync(text.AsMemory(), ct);
    }

    internal static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
