using System.Runtime.CompilerServices;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>A version on its way out: its sessions end, its code is let go, and the runtime is watched collecting it.</summary>
internal sealed class RetiredPlugin(LoadedPlugin plugin, string why, bool deleted, DateTimeOffset since)
{
    private const int CollectionsToTry = 15;
    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(1);
    private readonly PluginStatus last = plugin.Status;
    private LoadedPlugin? draining = plugin;
    private WeakReference? code;
    private int collections;
    private bool reported;

    public string Name => last.Manifest.Name;
    public string Version => last.Manifest.Version;
    public string Shadow { get; } = plugin.Shadow;

    public PluginStatus Status => last with { State = State, Reason = Reason, Sessions = draining?.Users ?? 0 };

    private PluginState State => draining is not null ? PluginState.Draining : deleted ? PluginState.Deleted : PluginState.Superseded;

    private string Reason =>
        draining is not null ? $"{why} {draining.Users} sessions are ending." : code is null || collections < CollectionsToTry
            ? why : $"{why} Pending unload: something it started is still running; it goes with the next restart.";

    /// <summary>One step further. Tells when there is news: the code is collected, or has not been after many tries.</summary>
    public (bool Collected, bool Forget)? Step(DateTimeOffset now)
    {
        if (draining is not null)
        {
            if (draining.Users > 0) return null;
            LetGo();
        }
        if (code is not null && collections < CollectionsToTry) Collect();
        if (!reported && code is null)
        {
            reported = true;
            return (Collected: true, Forget: false);
        }
        if (!reported && collections >= CollectionsToTry)
        {
            reported = true;
            return (Collected: false, Forget: false);
        }
        return code is null && now - since > ShownFor ? (true, true) : null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LetGo()
    {
        code = draining?.Unload();
        draining = null;
    }

    private void Collect()
    {
        collections++;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (code is { IsAlive: false }) code = null;
    }
}
