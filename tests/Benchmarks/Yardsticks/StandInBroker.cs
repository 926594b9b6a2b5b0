using System.Collections.Concurrent;
using System.Text.Json;

namespace TradeFlow.Benchmarks.Yardsticks;

/// <summary>A broker in a process of its own that fills at once, after the delay that it is told, and keeps count of what came.</summary>
internal static class StandInBroker
{
    private sealed record Order(string Number, string Account, string Symbol, string Side, decimal Qty);

    public static async Task<int> RunAsync(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        ConcurrentDictionary<string, Order> orders = new(StringComparer.Ordinal);
        ConcurrentDictionary<(string Account, string Symbol), decimal> net = new();
        var (numbers, doubled, delay) = (0L, 0L, 0);

        app.MapPost("/orders", async (HttpContext http) =>
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body);
            var sent = body.RootElement;
            if (delay > 0) await Task.Delay(delay);
            var order = new Order(
                Interlocked.Increment(ref numbers).ToString(System.Globalization.CultureInfo.InvariantCulture), sent.GetProperty("account").GetString()!,
                sent.GetProperty("symbol").GetString()!, sent.GetProperty("side").GetString()!, sent.GetProperty("qty").GetDecimal());
            // A second order under one id is what must never come: it is counted, and filled like the first.
            if (!orders.TryAdd(sent.GetProperty("id").GetString()!, order)) Interlocked.Increment(ref doubled);
            var signed = order.Side == "buy" ? order.Qty : -order.Qty;
            net.AddOrUpdate((order.Account, order.Symbol), signed, (_, before) => before + signed);
            await http.Response.WriteAsync($$"""{"order":"{{order.Number}}"}""");
        });
        app.MapGet("/orders/{id}", (string id) => orders.TryGetValue(id, out var order)
            ? Results.Text($$"""{"order":"{{order.Number}}","symbol":"{{order.Symbol}}","side":"{{order.Side}}","qty":{{order.Qty}}}""")
            : Results.Text("{}"));
        app.MapGet("/accounts/{account}", (string account) => Results.Text($$"""{"positions":[{{string.Join(',', net
            .Where(held => held.Key.Account == account && held.Value != 0)
            .Select(held => $$"""{"id":"{{account}}-{{held.Key.Symbol}}","symbol":"{{held.Key.Symbol}}","net":{{held.Value}}}"""))}}]}"""));
        app.MapGet("/ledger", () => Results.Text($$"""{"orders":{{orders.Count}},"doubled":{{Interlocked.Read(ref doubled)}}}"""));
        app.MapPost("/delay/{milliseconds:int}", (int milliseconds) =>
        {
            delay = milliseconds;
            return Results.Ok();
        });
        app.MapGet("/health", () => Results.Ok());
        await app.RunAsync();
        return 0;
    }
}
