using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// The copies that plugins run from, so that the folders themselves can be replaced at any time. No other user of the machine may enter
/// them.
/// </summary>
internal sealed class PluginShelf(IOptions<PluginOptions> options)
{
    private const string Prefix = "tradeflow-plugins-";
    private int count;

    private readonly string own = $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}";

    private string Root => options.Value.ShadowPath ?? Path.GetTempPath();

    public string Make(string slug, string sha256)
    {
        if (count == 0) RemoveThoseOfDeadProcesses();
        // A name that nobody can have taken before, and closed from the beginning.
        var folder = Path.Combine(Root, own);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, $"{slug}-{sha256[..8]}-{Interlocked.Increment(ref count)}");
        Directory.CreateDirectory(path);
        return path;
    }

    public void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Still mapped on Windows: the next start of a Worker removes it.
        }
    }

    private void RemoveThoseOfDeadProcesses()
    {
        if (!Directory.Exists(Root)) return;
        var alive = Process.GetProcesses().Select(process => process.Id).ToHashSet();
        foreach (var folder in Directory.EnumerateDirectories(Root, Prefix + "*").Where(IsLeft)) Remove(folder);

        bool IsLeft(string folder) =>
            int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], out var process) && !alive.Contains(process);
    }
}
