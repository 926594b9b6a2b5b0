using System.Diagnostics;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Smuggler;

/// <summary>Is never run: it only uses everything that a plugin may not use.</summary>
public sealed class SmugglerFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        using var http = new HttpClient();
        using var timer = new Timer(_ => { }, null, 0, 1000);
        new Thread(() => { }).Start();
        Process.Start("true").Dispose();
        await File.WriteAllTextAsync("/tmp/smuggled", JsonSerializer.Serialize(request), ct);
        throw new ConnectorException($"{DateTime.UtcNow:O}");
    }
}
