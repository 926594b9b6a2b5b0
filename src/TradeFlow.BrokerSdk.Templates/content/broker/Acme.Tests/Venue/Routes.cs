using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Acme.Tests.Venue;

/// <summary>The broker's HTTP, as its documents say.</summary>
internal static class Routes
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Map(WebApplication app, Book book)
    {
        app.MapPost("/v1/session", async (HttpRequest request) =>
        {
            var body = await request.ReadFromJsonAsync<JsonElement>();
            return book.LogIn(body.GetProperty("user").GetString(), body.GetProperty("password").GetString()) is { } token
                ? Answer(new { token, accounts = new[] { book.Account() } })
                : Error(401, "bad_log_in", "User name or password is wrong.");
        });
        var account = app.MapGroup("/v1/accounts/A1");
        account.MapGet("", (HttpRequest request) => Guarded(request, book, () => Answer(book.Account())));
        account.MapGet("/instruments", (HttpRequest request) => Guarded(request, book, () => Answer(new[] { Book.Instrument })));
        app.MapGet("/v1/quotes/{symbol}", (HttpRequest request, string symbol) => Guarded(request, book, () => symbol == Book.Symbol ? Answer(book.Quote()) : Error(404, "no_such_symbol", "There is no such symbol.")));
        account.MapGet("/orders", (HttpRequest request, string client_id) => Guarded(request, book, () => Answer(book.Orders(order => order.ClientId == client_id))));
        account.MapGet("/orders/{id}", (HttpRequest request, string id) => Guarded(request, book, () => book.Orders(order => order.Id == id) is [var found] ? Answer(found) : Error(404, "order_not_found", "There is no such order.")));
        account.MapGet("/state", (HttpRequest request) => Guarded(request, book, () => Answer(book.State())));
        account.MapPost("/orders", (HttpRequest request) => GuardedAsync(request, book, body => book.Place(
            Text(body, "client_id")!, Text(body, "symbol")!, Text(body, "side")!, Text(body, "type")!, body.GetProperty("quantity").GetDecimal(), Number(body, "price"), Number(body, "stop_loss"), Number(body, "take_profit"))));
        account.MapDelete("/orders/{id}", (HttpRequest request, string id) => Guarded(request, book, () => Done(200, () => book.Cancel(id))));
        account.MapPost("/positions/{id}/close", (HttpRequest request, string id) => GuardedAsync(request, book, body => book.Close(id, Text(body, "client_id")!, Number(body, "quantity"))));
    }

    private static IResult Guarded(HttpRequest request, Book book, Func<IResult> answer) =>
        book.Knows(request.Headers.Authorization.ToString()["Bearer ".Length..]) ? answer() : Error(401, "token_expired", "Log in again.");

    private static async Task<IResult> GuardedAsync(HttpRequest request, Book book, Func<JsonElement, object> act)
    {
        var body = await request.ReadFromJsonAsync<JsonElement>();
        return Guarded(request, book, () => Done(201, () => act(body)));
    }

    private static IResult Done(int status, Func<object> act)
    {
        try
        {
            return Results.Json(act(), Json, statusCode: status);
        }
        catch (RefusedException e)
        {
            return Error(e.Status, e.Code, e.Message);
        }
    }

    private static IResult Answer(object body) => Results.Json(body, Json);

    private static IResult Error(int status, string code, string message) => Results.Json(new { code, message }, statusCode: status);

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static decimal? Number(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;
}

internal sealed class RefusedException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}
