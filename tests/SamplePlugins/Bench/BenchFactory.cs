using System.Text;
using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Bench;

/// <summary>A broker that does nothing but answer over HTTP, for measuring what the platform adds.</summary>
public sealed class BenchFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var id = request.BrokerAccountId ?? Guid.CreateVersion7(context.Clock.GetUtcNow()).ToString("N");
        var account = new BrokerAccount { Id = id, Name = "Bench", Currency = BenchConnector.Currency, Balance = BenchConnector.Balance };
        try
        {
            return new ConnectOutcome.Connected([account], await LogInAsync(id, request.Endpoints["api"], context, ct));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or System.Net.WebSockets.WebSocketException)
        {
            throw new ConnectorException(ConnectorErrorKind.Unreachable, "The stand-in does not answer.", e);
        }
    }

    private static async Task<BenchConnector> LogInAsync(string id, Uri api, IConnectorContext context, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(api, "/sessions"))
        {
            Content = new StringContent($$"""{"account":"{{id}}"}""", Encoding.UTF8, "application/json"),
        };
        using var answer = await context.Http.SendOnceAsync(message, RequestClass.Auth, ct);
        answer.EnsureSuccessStatusCode();
        using var told = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
        var token = told.RootElement.GetProperty("token").GetString()!; // the stand-in writes it
        // As long as it is open the session lives: whatever ends the process ends it too.
        var socket = told.RootElement.GetProperty("socket").GetBoolean()
            ? await context.Http.OpenWebSocketAsync(new SocketRequest { Address = new Uri(api, $"/sessions/{token}/socket") }, ct)
            : null;
        return new BenchConnector(id, api, token, socket, context);
    }
}
