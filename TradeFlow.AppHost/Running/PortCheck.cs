using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>Looks before the start whether the ports are free: nobody would say it afterwards.</summary>
internal sealed class PortCheck(IConfiguration configuration, DataFolder data)
{
    // What an AppHost that was killed has left behind ends within this time.
    private static readonly TimeSpan Leftovers = TimeSpan.FromSeconds(15);
    private readonly List<(int Port, string Resource, string Setting)> wanted = [];

    /// <returns>The port that the setting names; one of ours when it is 0.</returns>
    public int Take(string resource, string setting)
    {
        if (configuration.GetValue<int>(setting) is not (> 0 and var port)) return data.Port(setting);
        wanted.Add((port, resource, setting.Replace(":", "__", StringComparison.Ordinal)));
        return port;
    }

    public async Task CheckAsync(CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        foreach (var (port, resource, setting) in wanted)
        {
            while (data.WasLeftBehind && !LocalPorts.IsFree(port) && Stopwatch.GetElapsedTime(since) < Leftovers)
                await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
            if (!LocalPorts.IsFree(port)) throw Taken(port, resource, setting);
        }
    }

    public static StartException Taken(int port, string resource, string setting) => new(
        $"Port {port}, which {resource} needs, is in use{(LocalPorts.Owner(port) is { } owner ? $" by {owner}" : "")}: end that program, or choose another port with {setting}=….");
}
