using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Semver;
using TradeFlow.BrokerSdk.Packaging;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins.Processes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// Watches the plugin folders and keeps one active version per broker: a folder that is dropped, changed or removed takes effect without a
/// restart. A version that cannot be loaded is shown with its reason, and the one before it goes on.
/// </summary>
internal sealed partial class PluginHost(
    IOptions<PluginOptions> options, TrustCheck trust, PluginStore store, PluginShelf shelf, ProcessStarter processes, RedisBus bus,
    TimeProvider clock, Supervisor supervisor, ILogger<PluginHost> log) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);
    private readonly Dictionary<string, WatchedFolder> watched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LoadedPlugin> loaded = new(StringComparer.Ordinal);
    private readonly List<RetiredPlugin> retired = [];
    private readonly Wake wake = new();
    private readonly TaskCompletionSource firstScan = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyDictionary<string, LoadedPlugin> active = new Dictionary<string, LoadedPlugin>(StringComparer.Ordinal);
    private IReadOnlyList<PluginStatus> written = [];
    private DateTimeOffset writtenAt;

    /// <summary>Raised with the version that takes no more sessions.</summary>
    public event Action<LoadedPlugin>? Retiring;

    /// <summary>Ends when the folders have been read once.</summary>
    public Task FirstScan => firstScan.Task;

    /// <summary>What stands in the catalogue of this Worker.</summary>
    public IReadOnlyList<PluginStatus> Statuses => written;

    public LoadedPlugin? Find(string slugOrAlias)
    {
        var now = active;
        return now.TryGetValue(slugOrAlias, out var plugin)
            ? plugin
            : now.Values.FirstOrDefault(candidate => candidate.Manifest.Aliases.Contains(slugOrAlias, StringComparer.Ordinal));
    }

    /// <summary>Reads the folders at once instead of at the next poll.</summary>
    public void Rescan() => wake.Ring();

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("plugin folders", KeepAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        List<FileSystemWatcher> watchers = [];
        using var reload = bus.Subscribe(Topics.PluginsReload, _ => Rescan());
        try
        {
            while (true)
            {
                await ScanAsync(ct);
                WatchNewDirectories(watchers);
                await wake.WaitAsync(NextPause(), ct);
            }
        }
        finally
        {
            foreach (var watcher in watchers) watcher.Dispose();
        }
    }

    private TimeSpan NextPause() =>
        TimeSpan.FromSeconds(
            watched.Values.Any(folder => folder.IsUnsettled) ? options.Value.SettleSeconds / 2 : options.Value.PollSeconds);

    private void WatchNewDirectories(List<FileSystemWatcher> watchers)
    {
        foreach (var directory in options.Value.Directories.Where(Directory.Exists))
        {
            if (watchers.Exists(watcher => watcher.Path == directory)) continue;
            try
            {
                var watcher = new FileSystemWatcher(directory) { IncludeSubdirectories = true };
                watcher.Changed += (_, _) => wake.Ring();
                watcher.Created += (_, _) => wake.Ring();
                watcher.Deleted += (_, _) => wake.Ring();
                watcher.Renamed += (_, _) => wake.Ring();
                watcher.EnableRaisingEvents = true;
                watchers.Add(watcher);
            }
            catch (IOException e)
            {
                // Out of inotify handles, or a network share: the poll alone finds changes, a little later.
                LogNotWatched(directory, e.Message);
            }
        }
    }

    private async Task ScanAsync(CancellationToken ct)
    {
        try
        {
            Look(first: !firstScan.Task.IsCompleted);
            foreach (var plugin in loaded.Values.ToList()) EndBroken(plugin);
            foreach (var plugin in loaded.Values.ToList()) await plugin.KeepAsync(ct);
            foreach (var slug in watched.Values.Select(folder => folder.Slug).OfType<string>().Distinct(StringComparer.Ordinal).ToList())
                await SettleAsync(slug, ct);
            foreach (var gone in loaded.Values.Where(plugin => !watched.Values.Any(folder => folder.Slug == plugin.Manifest.Slug)).ToList())
                Retire(gone, "Its folder was removed.", deleted: true);
            foreach (var plugin in retired.ToList()) Leave(plugin);
            active = new Dictionary<string, LoadedPlugin>(loaded, StringComparer.Ordinal);
            await WriteAsync(ct);
        }
        finally
        {
            // Whatever could not be read or written down: what is loaded trades, and the next look may do better.
            firstScan.TrySetResult();
        }
    }

    // Which folders are there, and what is in those that have not changed for a moment.
    private void Look(bool first)
    {
        var now = clock.GetUtcNow();
        var settle = TimeSpan.FromSeconds(options.Value.SettleSeconds);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var folder in options.Value.Directories.SelectMany(PluginFolder.In))
        {
            seen.Add(folder.Path);
            if (!watched.TryGetValue(folder.Path, out var entry)) watched[folder.Path] = entry = new WatchedFolder();
            entry.See(folder, now);
            if (!entry.IsUnsettled || (!first && now - entry.UnchangedSince < settle)) continue;
            try
            {
                entry.Read(folder, options.Value, trust);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being written, or the Worker may not read it: the others are looked at all the same.
                LogScanFailed($"{folder.Path}: {e.Message}");
            }
        }
        foreach (var (path, entry) in watched.ToList())
        {
            if (seen.Contains(path)) continue;
            entry.Miss(now);
            if (now - entry.UnchangedSince >= settle) watched.Remove(path);
        }
    }

    // The newest version that can be loaded becomes the active one.
    private async Task SettleAsync(string slug, CancellationToken ct)
    {
        var candidates = watched.Values.Where(folder => folder.Slug == slug && folder.Refusal is null)
            .OrderByDescending(folder => folder.Version, SemVersion.PrecedenceComparer)
            .ThenBy(folder => folder.Path, StringComparer.Ordinal).ToList();
        var current = loaded.GetValueOrDefault(slug);
        // What runs may have been switched off, or struck off the lock file, since it was loaded.
        if (current is not null && candidates.TrueForAll(folder => folder.Sha256 != current.Sha256)
            && watched.Values.FirstOrDefault(folder => folder.Sha256 == current.Sha256)?.Refusal is { } since)
        {
            Retire(current, since.Reason, deleted: false);
            current = null;
        }
        foreach (var candidate in candidates)
        {
            if (current?.Sha256 == candidate.Sha256)
            {
                Supersede(candidates, candidate);
                return;
            }
            if (await LoadAsync(candidate, ct) is not { } plugin) continue;
            if (current is not null) Retire(current, $"Version {plugin.Manifest.Version} has taken over.", deleted: false);
            loaded[slug] = plugin;
            Supersede(candidates, candidate);
            return;
        }
    }

    // Code that nobody has checked is in it: it gets no new work, and these files are not loaded again.
    private void EndBroken(LoadedPlugin plugin)
    {
        if (plugin.Breach is not { } breach) return;
        foreach (var folder in watched.Values.Where(folder => folder.Sha256 == plugin.Sha256)) folder.Refuse(PluginState.Faulted, breach);
        LogRefused(plugin.Manifest.Slug, plugin.Folder.Path, breach);
        Retire(plugin, breach, deleted: false);
    }

    private static void Supersede(List<WatchedFolder> candidates, WatchedFolder winner)
    {
        foreach (var other in candidates) other.IsSuperseded = other != winner;
    }

    private async Task<LoadedPlugin?> LoadAsync(WatchedFolder candidate, CancellationToken ct)
    {
        var shadow = shelf.Make(candidate.Manifest.Slug, candidate.Sha256);
        try
        {
            // Read a second time, and loaded only if they are, byte for byte, the files that were judged.
            var files = PackageFiles.Read(candidate.Folder.Path);
            if (files.Hash() != candidate.Sha256)
            {
                candidate.ReadAgain();
                throw new PluginRefusedException(PluginState.NotSupported,
                    "Its files were changed after they had been checked. They are checked again.");
            }
            files.CopyTo(shadow);
            var plugin = new LoadedPlugin(candidate.Manifest, candidate.Folder, candidate.Sha256, shadow,
                await CodeAsync(candidate, shadow, files, ct), clock) { Conformance = candidate.Conformance, Origin = candidate.Origin };
            plugin.Breaker.Changed += Rescan;
            if (candidate.Origin.Trust == PluginTrust.None)
                LogUnsigned(candidate.Manifest.Name, candidate.Manifest.Version, candidate.Folder.Path);
            LogLoaded(candidate.Manifest.Name, candidate.Manifest.Version, candidate.Folder.Path);
            return plugin;
        }
        catch (PluginRefusedException e)
        {
            candidate.Refuse(e.State, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            candidate.Refuse(PluginState.Faulted, $"Its files could not be copied: {e.Message}");
        }
        LogRefused(candidate.Slug ?? candidate.Folder.Name, candidate.Folder.Path, candidate.Refusal?.Reason ?? "");
        shelf.Remove(shadow);
        return null;
    }

    private async Task<PluginCode> CodeAsync(WatchedFolder candidate, string shadow, PackageFiles files, CancellationToken ct)
    {
        if (options.Value.Processes == PluginProcesses.None
            || (options.Value.Processes == PluginProcesses.Foreign && candidate.Origin.IsOwn))
        {
            var (fence, factory) = PluginLoader.Load(shadow, files, candidate.Manifest);
            fence.Broken += Rescan;
            return new CodeHere(candidate.Manifest.Name, fence, factory);
        }
        var code = new ProcessCode(processes, ProcessStarter.Folders(shadow), candidate.Sha256, candidate.Manifest, clock, log);
        code.Changed += Rescan;
        try
        {
            await code.RunningAsync(ct);
        }
        catch (PluginGoneException)
        {
            // It has not said that it cannot run: it is tried again, and its state says so.
        }
        return code;
    }

    private void Retire(LoadedPlugin plugin, string reason, bool deleted)
    {
        loaded.Remove(plugin.Manifest.Slug);
        active = new Dictionary<string, LoadedPlugin>(loaded, StringComparer.Ordinal);
        plugin.Retire();
        retired.Add(new RetiredPlugin(plugin, reason, deleted, clock.GetUtcNow()));
        LogRetired(plugin.Manifest.Name, plugin.Manifest.Version, reason);
        Retiring?.Invoke(plugin);
    }

    private void Leave(RetiredPlugin plugin)
    {
        if (plugin.Step(clock.GetUtcNow()) is not { } left) return;
        if (left.Collected) shelf.Remove(plugin.Shadow);
        if (left.Collected) LogUnloaded(plugin.Name, plugin.Version);
        else LogPendingUnload(plugin.Name, plugin.Version);
        if (left.Forget) retired.Remove(plugin);
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        List<PluginStatus> now = [];
        foreach (var folder in watched.Values)
        {
            if (folder.Slug is null) continue;
            var running = loaded.GetValueOrDefault(folder.Slug);
            now.Add(running?.Sha256 == folder.Sha256 && !folder.IsSuperseded
                ? folder.Status(running.State, running.Reason) with { Sessions = running.Users }
                : folder.Refusal is { } refusal ? folder.Status(refusal.State, refusal.Reason)
                : folder.Status(PluginState.Superseded, $"Version {running?.Manifest.Version} in another folder is used."));
        }
        // A version whose folder has changed to one that does not load goes on from its copy.
        now.AddRange(loaded.Values.Where(plugin => !now.Exists(status => status.Sha256 == plugin.Sha256)).Select(plugin => plugin.Status));
        // What runs comes before what has left: a folder that was removed and put back is the same one, and its old copy may still be
        // draining.
        now = [.. now.Concat(retired.Select(plugin => plugin.Status)).DistinctBy(status => (status.Slug, status.Folder, status.Sha256))];
        // Sessions come and go: that is written down, and is no reason for every Api to read the list again.
        var changed = !now.Select(WithoutSessions).SequenceEqual(written.Select(WithoutSessions));
        if (now.SequenceEqual(written) && clock.GetUtcNow() - writtenAt < Heartbeat) return;
        await store.WriteAsync(now, changed, ct);
        (written, writtenAt) = (now, clock.GetUtcNow());
    }

    private static PluginStatus WithoutSessions(PluginStatus status) => status with { Sessions = 0 };

    public override void Dispose()
    {
        // What runs in the Worker ends with it; a process is told.
        foreach (var plugin in loaded.Values) plugin.Unload();
        wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(3001, LogLevel.Information, "Plugin {Name} {Version} loaded from {Folder}")]
    private partial void LogLoaded(string name, string version, string folder);

    [LoggerMessage(3002, LogLevel.Error, "Plugin {Slug} in {Folder} cannot run: {Reason}")]
    private partial void LogRefused(string slug, string folder, string reason);

    [LoggerMessage(3003, LogLevel.Information, "Plugin {Name} {Version} takes no new sessions: {Reason}")]
    private partial void LogRetired(string name, string version, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Plugin {Name} {Version} is unloaded")]
    private partial void LogUnloaded(string name, string version);

    [LoggerMessage(3005, LogLevel.Warning,
        "Plugin {Name} {Version} is still held by something it left running; it goes with the next restart")]
    private partial void LogPendingUnload(string name, string version);

    [LoggerMessage(3006, LogLevel.Warning, "The plugin folders could not be read in full: {Reason}")]
    private partial void LogScanFailed(string reason);

    [LoggerMessage(3008, LogLevel.Warning,
        "Plugin {Name} {Version} in {Folder} is unsigned: nobody vouches for what runs here with the Worker's rights")]
    private partial void LogUnsigned(string name, string version, string folder);

    [LoggerMessage(3007, LogLevel.Warning, "Changes in {Directory} are found by polling only: {Reason}")]
    private partial void LogNotWatched(string directory, string reason);
}
