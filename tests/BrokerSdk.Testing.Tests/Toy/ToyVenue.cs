using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TradeFlow.BrokerSdk.Testing.Tests.Toy;

/// <summary>A small broker over HTTP, as a partner would bring it.</summary>
internal sealed class ToyVenue : IVenue
{
    private const string Password = "correct-horse-battery";
    private readonly WebApplication app;
    private ToyBook book = new();
    private volatile string token = "";

    private sealed record LogIn(string User, string Password);

    private sealed record NewPrice(decimal Price);

    private ToyVenue(WebApplication app, string sabotage)
    {
        this.app = app;
        Credentials = new Dictionary<string, string> { ["user"] = "ann", ["password"] = Password, ["sabotage"] = sabotage };
        WrongCredentials = new Dictionary<string, string> { ["user"] = "ann", ["password"] = "wrong-password", ["sabotage"] = sabotage };
    }

    public VenuePowers Powers => VenuePowers.Ledger | VenuePowers.Prices | VenuePowers.Refusals | VenuePowers.PartialFills
        | VenuePowers.TokenExpiry | VenuePowers.StreamFaults;

    public string Mode => "demo";

    public IReadOnlyDictionary<string, Uri> Endpoints { get; private set; } = new Dictionary<string, Uri>();

    public IReadOnlyDictionary<string, string> Credentials { get; }

    public IReadOnlyDictionary<string, string>? WrongCredentials { get; }

    public string Symbol => "EURUSD";

    public static async Task<IVenue> OpenAsync(string sabotage)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var venue = new ToyVenue(builder.Build(), sabotage);
        venue.Map();
        await venue.app.StartAsync();
        var address = venue.app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        venue.Endpoints = new Dictionary<string, Uri> { ["api"] = new(address + "/") };
        return venue;
    }

    public Task ResetAsync(CancellationToken ct)
    {
        book = new ToyBook();
        return Task.CompletedTask;
    }

    /// <summary>Somebody trades there without the connector.</summary>
    public void BuyByHand() => book.Place(new ToyNewOrder("by-hand", ToyBook.Symbol, "buy", "market", 0.01m, null, null, null));

    public Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) => Task.FromResult(book.Ledger);

    public Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct)
    {
        book.SetPrice(bid, ask);
        return Task.CompletedTask;
    }

    public Task RefuseNextAsync(string words, CancellationToken ct)
    {
        book.Refuse(words);
        return Task.CompletedTask;
    }

    public Task FillPartOfNextAsync(CancellationToken ct)
    {
        book.FillHalf();
        return Task.CompletedTask;
    }

    public Task ExpireTokensAsync(CancellationToken ct)
    {
        token = "expired";
        return Task.CompletedTask;
    }

    public Task DisturbStreamAsync(StreamFault fault, CancellationToken ct)
    {
        book.Disturbance = fault;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Map()
    {
        app.MapPost("/login", (LogIn logIn) =>
        {
            if (logIn is not { User: "ann", Password: Password }) return Results.Unauthorized();
            if (token is "" or "expired") token = Guid.NewGuid().ToString("N");
            return Results.Ok(new { value = token });
        });
        var api = app.MapGroup("").AddEndpointFilter(async (context, next) =>
            context.HttpContext.Request.Headers.Authorization == $"Bearer {token}" ? await next(context) : Results.Unauthorized());
        api.MapGet("/account", () => new { id = "A1", name = "Ann's", currency = "USD", balance = 50_000m });
        api.MapGet("/instruments/{symbol}", (string symbol) => symbol is "EURUSD" or ToyBook.Symbol
            ? Results.Ok(new { symbol = "EURUSD", brokerSymbol = ToyBook.Symbol, tick = 0.0001m, step = 0.01m, min = 0.01m })
            : Results.NotFound());
        api.MapGet("/quotes/{symbol}", (string symbol) => symbol is ToyBook.Symbol
            ? Results.Ok(new { bid = book.Bid, ask = book.Ask, at = TimeProvider.System.GetUtcNow() }) : Results.NotFound());
        api.MapGet("/orders", (string? id, string? client, bool? open) => book.Orders(id, client, open ?? false));
        api.MapGet("/positions", () => book.Positions);
        api.MapGet("/fills", (string? since) =>
            book.Fills(DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out var from) ? from : DateTimeOffset.MinValue));
        api.MapGet("/events", (int after) => book.Events(after) is var (next, items) ? new { next, items } : null);
        api.MapPost("/orders", async (ToyNewOrder order) =>
        {
            var now = book;
            var placed = now.Place(order);
            // The fill is delivered first; a feed that never reads would wait in vain.
            if (now.Disturbance is StreamFault.EarlyFill) await Task.WhenAny(now.EventsRead.Task, Task.Delay(TimeSpan.FromSeconds(2)));
            return Answer(placed);
        });
        api.MapDelete("/orders/{id}", (string id) => Answer(book.Cancel(id)));
        api.MapPatch("/orders/{id}", (string id, NewPrice price) => Answer(book.Reprice(id, price.Price)));
        api.MapPost("/positions/{id}/close", (string id, ToyClosing closing) => Answer(book.Close(id, closing)));
    }

    private static IResult Answer(object result) =>
        result is ToyRefusal refusal ? Results.UnprocessableEntity(refusal) : Results.Ok(result);
}
