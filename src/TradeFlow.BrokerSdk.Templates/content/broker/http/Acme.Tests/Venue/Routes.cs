using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Acme.Tests.Venue;

/// <summary>The broker's HTTP, as its documents say.</summary>
#if (hasFeed)
internal sealed class Routes(Book book, Door door, Feed feed)
#else
internal sealed class Routes(Book book, Door door)
#endif
{
    public static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly object Instrument = new { symbol = Book.Symbol, name = "Euro / US dollar", tick = 0.00001m, step = 0.01m,
        min = 0.01m, max = 50m, contract = Book.Contract, quote_currency = "USD", @class = "forex", open = true };

    public void Map(WebApplication app)
    {
#if (auth == "password")
        door.Map(app);
#endif
#if (hasFeed)
        app.MapGet("/v1/feed",
            (HttpContext http) => door.IsOpenTo(http.Request, "") ? feed.ServeAsync(http) : Door.Refusal.ExecuteAsync(http));
#endif
        Read(app, "/v1/accounts", _ => Answer(new[] { book.Account() }));
        Read(app, "/v1/accounts/A1", _ => Answer(book.Account()));
        Read(app, "/v1/accounts/A1/instruments", _ => Answer(new[] { Instrument }));
        Read(app, "/v1/quotes/{symbol}",
            request => Of(request, "symbol") == Book.Symbol ? Answer(Quote()) : Error(404, "no_such_symbol", "There is no such symbol."));
        Read(app, "/v1/accounts/A1/orders", request => Answer(book.Orders(order => order.ClientId == request.Query["client_id"])));
        Read(app, "/v1/accounts/A1/orders/{id}", request => book.Orders(order => order.Id == Of(request, "id")) is [var found]
            ? Answer(found) : Error(404, "order_not_found", "There is no such order."));
        Read(app, "/v1/accounts/A1/state", _ => Answer(book.State()));
        Change(app, "POST", "/v1/accounts/A1/orders", 201, (_, body) => book.Place(
            Text(body, "client_id")!, Text(body, "symbol")!, Text(body, "side")!, Text(body, "type")!,
            body.GetProperty("quantity").GetDecimal(), Number(body, "price"), Number(body, "stop_loss"), Number(body, "take_profit")));
        Change(app, "DELETE", "/v1/accounts/A1/orders/{id}", 200, (request, _) => book.Cancel(Of(request, "id")));
        Change(app, "POST", "/v1/accounts/A1/positions/{id}/close", 201,
            (request, body) => book.Close(Of(request, "id"), Text(body, "client_id")!, Number(body, "quantity")));
    }

    private void Read(WebApplication app, string path, Func<HttpRequest, IResult> answer) =>
        app.MapGet(path, (HttpRequest request) => door.IsOpenTo(request, "") ? answer(request) : Door.Refusal);

    private void Change(WebApplication app, string method, string path, int status, Func<HttpRequest, JsonElement, Order> act) =>
        app.MapMethods(path, [method], async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var body = await reader.ReadToEndAsync();
            if (!door.IsOpenTo(request, body)) return Door.Refusal;
            try
            {
                var order = act(request, body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body));
    #if (hasFeed)
                await feed.TellOfAsync(request.HttpContext);
    #endif
                return Results.Json(order, Json, statusCode: status);
            }
            catch (RefusedException e)
            {
                return Error(e.Status, e.Code, e.Message);
            }
        });

    public static IResult Error(int status, string code, string message) => Results.Json(new { code, message }, statusCode: status);

    private object Quote()
    {
        var (bid, ask) = book.Prices;
        return new { bid, ask, at = DateTimeOffset.UtcNow };
    }

    private static IResult Answer(object body) => Results.Json(body, Json);

    private static string Of(HttpRequest request, string name) => request.RouteValues[name]!.ToString()!; // it is in the path of the route

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static decimal? Number(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;
}
