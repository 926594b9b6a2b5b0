using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Hubs;

/// <summary>
/// A connection to a SignalR hub with negotiation skipped, as the gateway's documents ask. The official client speaks; its socket is the
/// host's, and it has no other way out. It does not reconnect: the feeds do, with a token that is good.
/// </summary>
internal sealed class HubLink : IAsyncDisposable
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    // The server pings every 15 s; "open" says nothing, hearing from it does.
    private static readonly TimeSpan SilenceAtMost = TimeSpan.FromSeconds(32);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(8);

    private readonly HubConnection connection;
    private readonly TolerantProtocol protocol;
    private readonly TimeProvider clock;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDisposable hearing;
    private readonly IConnectorContext context;
    private readonly Uri hub;
    private readonly string token;
    private readonly Action<string, JsonElement> onEvent;
    private WebSocket? socket;

    private HubLink(IConnectorContext context, Uri hub, string token, Action<string, JsonElement> onEvent)
    {
        (this.context, this.hub, this.token, this.onEvent, clock) = (context, hub, token, onEvent, context.Clock);
        protocol = new TolerantProtocol();
        var builder = new HubConnectionBuilder().WithUrl(hub, options =>
        {
            (options.SkipNegotiation, options.Transports) = (true, HttpTransportType.WebSockets);
            options.WebSocketFactory = async (_, ct) => socket = await OpenSocketAsync(ct);
            // Without a negotiation nothing else is asked; if something were, it would go past the host.
            options.HttpMessageHandlerFactory = _ => new NoOtherWay();
        });
        builder.Services.AddSingleton<IHubProtocol>(protocol);
        connection = builder.Build();
        (connection.KeepAliveInterval, connection.ServerTimeout, connection.HandshakeTimeout) = (PingEvery, SilenceAtMost, AnswerWithin);
        connection.Closed += e =>
        {
            ended.TrySetException(new WebSocketException(protocol.Farewell ?? e?.Message ?? "The hub hung up.", e));
            return Task.CompletedTask;
        };
        hearing = connection.On<string, JsonElement>(TolerantProtocol.Event, Hear);
    }

    /// <exception cref="WebSocketException">The hub did not take the connection.</exception>
    public static async Task<HubLink> OpenAsync(
        IConnectorContext context, Uri hub, string token, Action<string, JsonElement> onEvent, CancellationToken ct)
    {
        var link = new HubLink(context, hub, token, onEvent);
        try
        {
            await link.connection.StartAsync(ct);
            return link;
        }
        catch (Exception e) when (IsTheHubs(e, ct))
        {
            await link.DisposeAsync();
            throw new WebSocketException($"The hub refused the connection: {e.Message}", e);
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the connection ends; it always ends with an exception.</summary>
    public Task EndAsync(CancellationToken ct) => ended.Task.WaitAsync(ct);

    /// <summary>Calls a method of the hub.</summary>
    /// <exception cref="HubRefusedException">The hub refused it; the connection is fine.</exception>
    /// <exception cref="WebSocketException">The hub did not answer.</exception>
    public async Task InvokeAsync(string method, string? argument, CancellationToken ct)
    {
        // Account ids go as numbers, contract ids as text.
        object?[] arguments = argument is null ? []
            : long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? [number] : [argument];
        try
        {
            await connection.InvokeCoreAsync(method, typeof(object), arguments, ct).WaitAsync(AnswerWithin, clock, ct);
        }
        catch (HubException e)
        {
            throw new HubRefusedException($"The hub refused: {e.Message}");
        }
        catch (TimeoutException e)
        {
            throw new WebSocketException($"The hub did not answer {method}.", e);
        }
        catch (Exception e) when (e is not WebSocketException && (e is InvalidOperationException || IsTheHubs(e, ct)))
        {
            throw new WebSocketException("The hub's connection has ended.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        hearing.Dispose();
        // The client would say good-bye and wait for the other side, which may be gone.
        socket?.Abort();
        await connection.DisposeAsync();
        socket?.Dispose();
        _ = ended.Task.Exception;
    }

    private static bool IsTheHubs(Exception e, CancellationToken ct) => e is HubException or IOException or TimeoutException
        or InvalidDataException or WebSocketException or ObjectDisposedException
        || (e is OperationCanceledException && !ct.IsCancellationRequested);

    private ValueTask<WebSocket> OpenSocketAsync(CancellationToken ct)
    {
        var address = new UriBuilder(hub) { Query = $"access_token={Uri.EscapeDataString(token)}" }.Uri;
        // The documents have the token in the address; clients that work send it in the header, too.
        var headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" };
        return new(context.Http.OpenWebSocketAsync(new SocketRequest { Address = address, Headers = headers }, ct));
    }

    private void Hear(string target, JsonElement arguments)
    {
        if (ended.Task.IsCompleted) return;
        try
        {
            onEvent(target, arguments);
        }
        catch (Exception e)
        {
            ended.TrySetException(e);
        }
    }

    private sealed class NoOtherWay : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("A hub is reached through the host alone.");
    }
}

/// <summary>A method of the hub answered with an error. Never leaves the feeds.</summary>
internal sealed class HubRefusedException(string message) : Exception(message);
