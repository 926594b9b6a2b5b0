using Microsoft.Extensions.Hosting;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>
/// Ends us when Aspire's control plane dies (its processes end with it, and nothing could be started again), or the <c>dotnet run</c> that
/// started us: killed hard it cannot pass the signal on, and the whole system would run on without a terminal.
/// </summary>
internal sealed class ControlPlaneWatch(Supervisor supervisor, Voice voice, IHostApplicationLifetime host) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var run = DotnetRun.EndedAsync(stoppingToken);
            var ended = await Task.WhenAny(run, ControlPlaneEndedAsync(stoppingToken));
            await ended;
            if (stoppingToken.IsCancellationRequested || host.ApplicationStopping.IsCancellationRequested) return;
            if (ended == run)
            {
                voice.Say("The dotnet run that started this is gone: ending.");
                host.StopApplication();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        voice.Say("Aspire's control plane (dcp) has died: ending. Start again.");
        await supervisor.EndAllAsync();
        // The host's own end would wait half a minute for answers of the dead.
        Environment.Exit(1);
    }

    private static async Task ControlPlaneEndedAsync(CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux()) await Task.Delay(Timeout.Infinite, ct);
        int? found;
        while ((found = FindControlPlane()) is null) await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
        while (Signals.IsAlive(found.Value)) await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
    }

    private static int? FindControlPlane()
    {
        // The one that stays: what Aspire starts has "--detach" in between, starts this one and ends.
        var mark = $"start-apiserver\0--monitor\0{Environment.ProcessId}\0--kubeconfig\0";
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(mark, StringComparison.Ordinal))
                    return int.Parse(Path.GetFileName(folder), null);
            }
            catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
            {
                // It ended while it was being read, or is another's.
            }
        }
        return null;
    }
}
