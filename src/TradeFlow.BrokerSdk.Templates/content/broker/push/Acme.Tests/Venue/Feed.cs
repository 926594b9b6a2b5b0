using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TradeFlow.BrokerSdk.Testing;

namespace Acme.Tests.Venue;

/// <summary>
/// The broker's feed: tells every subscriber what has changed in the book since it last told, and can be made to tell it badly.
/// </summary>
internal sealed class Feed(Book book)
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim gate = new(1);
    private readonly ConcurrentDictionary<WebSocket, bool> subscribers = [];
    private State told = book.State();
    private Order[] toldOrders = [];

    public StreamFault Fault { get; set; }

    public async Task ServeAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        if (!await SubscribesAsync(socket, http.RequestAborted)) return;
        await WithinAsync(() =>
        {
            subscribers[socket] = true;
            return SendAsync(socket, new { type = "subscribed" });
        });
        try
        {
            // It has nothing more to say; the reading shows when it is gone.
            var reading = socket.ReceiveAsync(new byte[256], http.RequestAborted);
            while (await Task.WhenAny(reading, Task.Delay(PingEvery, http.RequestAborted)) != reading)
                await WithinAsync(() => SendAsync(socket, new { type = "ping" }));
            await reading;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Hung up.
        }
        finally
        {
            subscribers.TryRemove(socket, out _);
        }
    }

    /// <summary>Tells of what a command has changed: before its answer where an early fill is wanted, otherwise after it.</summary>
    public Task TellOfAsync(HttpContext command)
    {
        if (Fault is StreamFault.EarlyFill) return TellAsync();
        command.Response.OnCompleted(TellAsync);
        return Task.CompletedTask;
    }

    public Task TellAsync() => WithinAsync(async () =>
    {
        var (state, orders) = (book.State(), book.Orders(_ => true));
        List<object> events =
        [
            .. orders.Except(toldOrders).Select(order => new { type = "order", order }),
            .. state.Fills.Except(told.Fills).Select(fill => new { type = "fill", fill }),
            .. state.Positions.Except(told.Positions).Select(position => new { type = "position", position }),
            .. told.Positions.ExceptBy(state.Positions.Select(position => position.Id), position => position.Id)
                .Select(position => new { type = "position", position, closed = true }),
        ];
        if (state.Account != told.Account) events.Add(new { type = "account", account = state.Account });
        (told, toldOrders) = (state, orders);
        if (Fault is StreamFault.OutOfOrder) events.Reverse();
        if (Fault is StreamFault.Duplicate) events = [.. events.SelectMany(one => new[] { one, one })];
        foreach (var socket in subscribers.Keys)
            foreach (var one in events) await SendAsync(socket, one);
    });

    /// <summary>Ends every connection.</summary>
    public void HangUp()
    {
        foreach (var socket in subscribers.Keys) socket.Abort();
    }

    private async Task<bool> SubscribesAsync(WebSocket socket, CancellationToken ct)
    {
        var buffer = new byte[256];
        var got = await socket.ReceiveAsync(buffer, ct);
        if (got.MessageType is WebSocketMessageType.Text && JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, got.Count))
            .GetProperty("subscribe").GetString() == book.Account().Id)
            return true;
        await SendAsync(socket, new { type = "refused", message = "There is no such account." });
        return false;
    }

    // A broken connection is its own reader's to notice.
    private static async Task SendAsync(WebSocket socket, object message)
    {
        try
        {
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, Routes.Json), WebSocketMessageType.Text, endOfMessage: true,
                CancellationToken.None);
        }
        catch (Exception e)
            when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // See above.
        }
    }

    private async Task WithinAsync(Func<Task> act)
    {
        await gate.WaitAsync();
        try
        {
            await act();
        }
        finally
        {
            gate.Release();
        }
    }
}
