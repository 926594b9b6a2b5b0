namespace TradeFlow.EmbeddedServers;

/// <summary>A folder of downloaded programs: made whole or not at all, by one process at a time.</summary>
internal static class ToolFolder
{
    internal static async Task FillAsync(string folder, Func<string, Task> fill, CancellationToken ct)
    {
        var parent = Path.GetDirectoryName(folder)!;
        try
        {
            Directory.CreateDirectory(parent);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The data folder {parent} cannot be written to ({fault.Message.TrimEnd('.')}): make it writable, or name another one with TRADEFLOW_DATA=/some/folder.",
                fault);
        }

        await using var held = await HoldAsync(folder + ".lock", ct);
        if (Directory.Exists(folder)) return; // The one we waited for has done it.

        var draft = Path.Combine(parent, $".{Path.GetFileName(folder)}-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(draft);
            await fill(draft);
            Directory.Move(draft, folder);
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        }
    }

    private static async Task<FileStream> HoldAsync(string path, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(200, ct);
            }
        }
    }
}
