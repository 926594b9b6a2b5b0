using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Hosting;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>
/// What the parts say, in one file each: the dashboard's copy ends with us, and the first question after a crash is what was said before
/// it.
/// </summary>
internal sealed class LogFiles(DistributedApplicationModel model, ResourceLoggerService logs, DataFolder data) : BackgroundService
{
    private readonly ConcurrentDictionary<string, Queue<string>> last = new(StringComparer.Ordinal);

    public string PathOf(string resource) => Path.Combine(data.Logs, resource + ".log");

    /// <summary>The last lines of a resource, oldest first.</summary>
    public IReadOnlyList<string> Last(string resource)
    {
        if (!last.TryGetValue(resource, out var lines)) return [];
        lock (lines) return [.. lines];
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(model.Resources.Where(resource => resource is ExecutableResource or ProjectResource && !IsAspires(resource.Name))
            .ToList().Select(resource => WriteAsync(resource, stoppingToken)));

    /// <summary>Its dashboard, and what it puts beside each project.</summary>
    public static bool IsAspires(string name) =>
        name.StartsWith("aspire-", StringComparison.Ordinal) || name.EndsWith("-rebuilder", StringComparison.Ordinal);

    private async Task WriteAsync(IResource resource, CancellationToken ct)
    {
        var lines = last.GetOrAdd(resource.Name, _ => []);
        await using var file = Open(PathOf(resource.Name));
        try
        {
            await foreach (var batch in logs.WatchAsync(resource).WithCancellation(ct))
            {
                foreach (var line in batch)
                {
                    await file.WriteLineAsync(line.Content.AsMemory(), CancellationToken.None);
                    lock (lines)
                    {
                        lines.Enqueue(line.Content);
                        if (lines.Count > 30) lines.Dequeue();
                    }
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The end.
        }
    }

    // A log that cannot be written must not end what it is about.
    private static StreamWriter Open(string path)
    {
        try
        {
            if (File.Exists(path)) File.Move(path, Path.ChangeExtension(path, ".previous.log"), overwrite: true);
            return new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite),
                new UTF8Encoding(false)) { AutoFlush = true };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return StreamWriter.Null;
        }
    }
}
