using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>The copies that plugins run from, so that the folders themselves can be replaced at any time.</summary>
internal sealed class PluginShelf(IOptions<PluginOptions> options)
{
    private int count;

    private string Root => options.Value.ShadowPath ?? Path.Combine(Path.GetTempPath(), "tradeflow-plugins");

    private string Own => Path.Combine(Root, Environment.ProcessId.ToString());

    public string Make(string slug, string sha256)
    {
        if (count == 0) RemoveThoseOfDeadProcesses();
        var path = Path.Combine(Own, $"{slug}-{sha256[..8]}-{Interlocked.Increment(ref count)}");
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
        var alive = Process.GetProcesses().Select(process => process.Id.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories(Root).Where(folder => !alive.Contains(Path.GetFileName(folder)))) Remove(folder);
    }
}
