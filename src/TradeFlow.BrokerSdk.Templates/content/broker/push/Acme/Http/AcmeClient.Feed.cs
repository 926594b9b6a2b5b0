using System.Net.WebSockets;
using TradeFlow.BrokerSdk;

namespace Acme.Http;

/// <summary>The way to the broker's feed: opened with the same credentials as a request.</summary>
internal sealed partial class AcmeClient
{
    /// <summary>Connects and subscribes. A feed knows nothing of the one before it.</summary>
    /// <exception cref="WebSocketException">The broker did not take the connection or the subscription.</exception>
    /// <exception cref="ConnectorException">The log-in before it failed.</exception>
    public async Task<Feed> OpenFeedAsync(string account, CancellationToken ct)
    {
#if (auth == "password")
        await EnsureLoggedInAsync(ct);
#endif
        using var handshake = new HttpRequestMessage(HttpMethod.Get, At(api, "v1/feed"));
        await SignAsync(handshake, ct);
        var opening = new SocketRequest { Address = At(api, "v1/feed"), Headers = handshake.Headers.ToDictionary(header => header.Key,
            header => string.Join(", ", header.Value)) };
#if (auth == "password")
        WebSocket socket;
        try
        {
            socket = await context.Http.OpenWebSocketAsync(opening, ct);
        }
        catch (WebSocketException)
        {
            // The token may have ended: the next attempt has another.
            await RenewAsync(handshake, ct);
            throw;
        }
#else
        var socket = await context.Http.OpenWebSocketAsync(opening, ct);
#endif
        var feed = new Feed(socket, context.Clock);
        try
        {
            await feed.SubscribeAsync(account, ct);
            return feed;
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }
}
