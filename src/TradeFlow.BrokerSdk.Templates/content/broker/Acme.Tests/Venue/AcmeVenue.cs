using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk.Testing;

namespace Acme.Tests.Venue;

/// <summary>The double of the broker as the conformance kit sees it: a server on this machine with a ledger and a few switches. The kit makes the faults.</summary>
public sealed class AcmeVenue : IVenue
{
    private readonly WebApplication server;
    private readonly Book book;

    private AcmeVenue(WebApplication server, Book book) => (this.server, this.book) = (server, book);

    /// <inheritdoc/>
    public VenuePowers Powers => VenuePowers.Ledger | VenuePowers.Prices | VenuePowers.Refusals | VenuePowers.PartialFills | VenuePowers.TokenExpiry;

    /// <inheritdoc/>
    public string Mode => "demo";

    /// <inheritdoc/>
    public string Symbol => "EURUSD";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Uri> Endpoints => new Dictionary<string, Uri> { ["api"] = Address };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Credentials { get; } = new Dictionary<string, string> { ["user"] = "trader", ["password"] = Book.Password };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? WrongCredentials { get; } = new Dictionary<string, string> { ["user"] = "trader", ["password"] = "not-the-password" };

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private init; } = null!; // set where it is made

    /// <summary>Starts it on a port of 127.0.0.1; 0 takes a free one.</summary>
    public static async Task<AcmeVenue> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var book = new Book();
        Routes.Map(server, book);
        server.Urls.Add($"http://127.0.0.1:{port}");
        await server.StartAsync();
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(); // it has started
        return new AcmeVenue(server, book) { Address = new Uri(address) };
    }

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken ct) => Done(book.Reset);

    /// <inheritdoc/>
    public Task<IReadOnlyList<VenueOrder>> OrdersAsync(CancellationToken ct) => Task.FromResult(book.Ledger);

    /// <inheritdoc/>
    public Task SetPriceAsync(decimal bid, decimal ask, CancellationToken ct) => Done(() => book.SetPrice(bid, ask));

    /// <inheritdoc/>
    public Task RefuseNextAsync(string words, CancellationToken ct) => Done(() => book.RefuseNext = words);

    /// <inheritdoc/>
    public Task FillPartOfNextAsync(CancellationToken ct) => Done(() => book.FillsPartOfNext = true);

    /// <inheritdoc/>
    public Task ExpireTokensAsync(CancellationToken ct) => Done(book.ExpireTokens);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
