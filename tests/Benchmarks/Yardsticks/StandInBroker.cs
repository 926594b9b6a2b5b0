using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace TradeFlow.Benchmarks.Yardsticks;

/// <summary>
/// A broker in a process of its own that fills at once, after the delay that it is told, and keeps a record of what came.
/// </summary>
internal static class StandInBroker
{
    private sealed record Order(string Number, string Account, string Symbol, string Side, decimal Qty);

    /// <param name="ports">One for each Worker where who has sent something matters, with a comma between two.</param>
    public static async Task<int> RunAsync(string ports)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls([.. ports.Split(',').Select(port => $"http://127.0.0.1:{port}")]);
        await using var app = builder.Build();
        app.UseWebSockets();
        ConcurrentDictionary<string, Order> orders = new(StringComparer.Ordinal);
        ConcurrentDictionary<(string Account, string Symbol), decimal> net = new();
        ConcurrentQueue<string> record = new();
        var sessions = new StandInSessions();
        var (numbers, doubled, delay, isRecording) = (0L, 0L, 0, false);

        app.MapPost("/orders", async (HttpContext http) =>
        {
            var at = DateTimeOffset.UtcNow;
            using var body = await JsonDocument.ParseAsync(http.Request.Body);
            var sent = body.RootElement;
            if (delay > 0) await Task.Delay(delay);
            var (account, symbol, side) = (sent.GetProperty("account").GetString()!, sent.GetProperty("symbol").GetString()!,
                sent.GetProperty("side").GetString()!);
            // None says "all that is open".
            var qty = sent.GetProperty("qty").GetDecimal() is var asked && asked > 0
                ? asked : Math.Abs(net.GetValueOrDefault((account, symbol)));
            if (qty == 0)
            {
                await http.Response.WriteAsync("{}");
                return;
            }
            var order = new Order(Interlocked.Increment(ref numbers).ToString(CultureInfo.InvariantCulture), account, symbol, side, qty);
            var id = sent.GetProperty("id").GetString()!;
            // A second order under one id is what must never come: it is counted, and filled like the first.
            if (!orders.TryAdd(id, order)) Interlocked.Increment(ref doubled);
            if (isRecording)
                record.Enqueue(string.Create(CultureInfo.InvariantCulture,
                    $"{id} {account} {http.Connection.LocalPort} {at.UtcTicks} {http.Request.Headers["X-Session"]}"));
            var signed = order.Side == "buy" ? order.Qty : -order.Qty;
            net.AddOrUpdate((order.Account, order.Symbol), signed, (_, before) => before + signed);
            await http.Response.WriteAsync(
                string.Create(CultureInfo.InvariantCulture, $$"""{"order":"{{order.Number}}","qty":{{order.Qty}}}"""));
        });
        app.MapGet("/orders/{id}", (string id) => orders.TryGetValue(id, out var order)
            ? Results.Text(string.Create(CultureInfo.InvariantCulture,
                $$"""{"order":"{{order.Number}}","symbol":"{{order.Symbol}}","side":"{{order.Side}}","qty":{{order.Qty}}}"""))
            : Results.Text("{}"));
        // The two symbols that it trades: what an account holds is found without looking at the others.
        app.MapGet("/accounts/{account}", (string account) =>
        {
            var held = new[] { "EURUSD", "GBPUSD" }
                .Select(symbol => (Symbol: symbol, Net: net.GetValueOrDefault((account, symbol))))
                .Where(one => one.Net != 0)
                .Select(one => string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"id":"{{account}}-{{one.Symbol}}","symbol":"{{one.Symbol}}","net":{{one.Net}}}"""));
            return Results.Text($$"""{"positions":[{{string.Join(',', held)}}]}""");
        });
        app.MapGet("/ledger", () => Results.Text($$"""{"orders":{{orders.Count}},"doubled":{{Interlocked.Read(ref doubled)}}}"""));
        app.MapGet("/ledger/orders", () => Results.Text(string.Join('\n', record)));
        app.MapPost("/delay/{milliseconds:int}", (int milliseconds) =>
        {
            delay = milliseconds;
            return Results.Ok();
        });
        app.MapPost("/record", () =>
        {
            isRecording = true;
            return Results.Ok();
        });
        app.MapGet("/health", () => Results.Ok());
        sessions.Map(app);
        await app.RunAsync();
        return 0;
    }
}
