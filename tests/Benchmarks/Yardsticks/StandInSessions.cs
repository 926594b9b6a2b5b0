using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace TradeFlow.Benchmarks.Yardsticks;

/// <summary>
/// The log-ins of the stand-in. A session lives from its log-in until it logs out or its socket closes, whichever comes first: the system
/// closes the sockets of a process that was killed.
/// </summary>
internal sealed class StandInSessions
{
    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private bool withSockets;

    private sealed class Session(string account, int port)
    {
        public string Account => account;
        public int Port => port;
        public long From { get; } = DateTimeOffset.UtcNow.UtcTicks;
        public long Until { get; private set; }

        public void End()
        {
            lock (this)
                if (Until == 0) Until = DateTimeOffset.UtcNow.UtcTicks;
        }
    }

    public void Map(WebApplication app)
    {
        app.MapPost("/sessions", async (HttpContext http) =>
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body);
            var token = Guid.NewGuid().ToString("N");
            sessions[token] = new Session(body.RootElement.GetProperty("account").GetString()!, http.Connection.LocalPort);
            await http.Response.WriteAsync($$"""{"token":"{{token}}","socket":{{(withSockets ? "true" : "false")}}}""");
        });
        app.MapPost("/sessions/{token}/end", (string token) =>
        {
            if (sessions.TryGetValue(token, out var session)) session.End();
            return Results.Ok();
        });
        app.Map("/sessions/{token}/socket", async (HttpContext http, string token) =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            try
            {
                var buffer = new byte[16];
                while ((await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException)
            {
                // Gone without a word.
            }
            if (sessions.TryGetValue(token, out var session)) session.End();
        });
        app.MapGet("/ledger/sessions", () => Results.Text(string.Join('\n', sessions.Select(one =>
            string.Create(CultureInfo.InvariantCulture,
                $"{one.Key} {one.Value.Account} {one.Value.Port} {one.Value.From} {one.Value.Until}")))));
        app.MapPost("/sockets/{on:bool}", (bool on) =>
        {
            withSockets = on;
            return Results.Ok();
        });
    }
}
